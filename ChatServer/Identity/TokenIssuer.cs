using System.IdentityModel.Tokens.Jwt;
using Microsoft.IdentityModel.Tokens;

namespace ChatServer.Identity;

/// <summary>Signs tokens for the demo, for operators and for tests; users' own tokens are signed by the application they come from.</summary>
public sealed class TokenIssuer(SigningSecrets secrets, TimeProvider time)
{
    /// <summary>A token that begins now.</summary>
    /// <param name="scope">The dialect that will be asked to take it, or <c>admin</c>.</param>
    /// <param name="claims">Numbers become JSON numbers; a null is left out. <c>iat</c> and <c>exp</c> are added.</param>
    /// <param name="lifetime">Until <c>exp</c>.</param>
    public string Issue(string scope, IReadOnlyDictionary<string, object?> claims, TimeSpan lifetime)
    {
        var payload = new JwtPayload();
        foreach (var (name, value) in claims)
            if (value is not null)
                payload[name] = value;
        payload["iat"] = time.GetUtcNow().ToUnixTimeSeconds();
        payload["exp"] = (time.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        var header = new JwtHeader(new SigningCredentials(secrets.For(scope), SecurityAlgorithms.HmacSha256));
        return new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(header, payload));
    }
}
