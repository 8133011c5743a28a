using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace ChatServer.Identity;

/// <summary>The verifier of each dialect, made on first use from its secret and its claim map.</summary>
public sealed class TokenVerifiers(SigningSecrets secrets, IOptions<JwtOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TokenVerifier> _byScope = new();

    public TokenVerifier For(ClaimMap claims) => _byScope.GetOrAdd(claims.Scope, _ => new TokenVerifier(Rules(claims), time));

    private TokenRules Rules(ClaimMap claims) => new(
        secrets.For(claims.Scope),
        TimeSpan.FromSeconds(options.Value.ClockSkewSeconds),
        options.Value.MaxTokenLength,
        claims.Issuer,
        claims.Audience);
}
