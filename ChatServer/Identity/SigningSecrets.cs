using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ChatServer.Identity;

/// <summary>Which key signs whose tokens: a dialect's own where its section has one, otherwise the common one.</summary>
public sealed class SigningSecrets(IOptions<JwtOptions> common, IOptionsMonitor<DialectSecret> dialects)
{
    internal SymmetricSecurityKey For(string scope)
    {
        var own = dialects.Get(DialectSecret.SectionOf(scope)).JwtSecret;
        return new SymmetricSecurityKey(Encoding.UTF8.GetBytes(string.IsNullOrEmpty(own) ? common.Value.Secret : own));
    }
}
