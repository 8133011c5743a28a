using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ChatServer.Identity;

/// <summary>Which key signs whose tokens: a dialect's own where its section has one, otherwise the common one.</summary>
public sealed class SigningSecrets(IOptions<JwtOptions> common, IOptionsMonitor<DialectSecret> dialects)
{
    /// <summary>A key of 32 bytes for something else than tokens, by HKDF (RFC 5869) from the common secret: the same on every node that has it.</summary>
    internal byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(common.Value.Secret), 32, info: Encoding.UTF8.GetBytes($"chatserver {purpose}"));

    internal SymmetricSecurityKey For(string scope)
    {
        var own = dialects.Get(DialectSecret.SectionOf(scope)).JwtSecret;
        return new SymmetricSecurityKey(Encoding.UTF8.GetBytes(string.IsNullOrEmpty(own) ? common.Value.Secret : own));
    }
}
