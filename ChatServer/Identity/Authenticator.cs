using ChatServer.Chat;
using ChatServer.Chat.Users;

namespace ChatServer.Identity;

/// <summary>Turns a dialect's token into a caller, for REST and for sockets alike.</summary>
public sealed class Authenticator(TokenVerifiers verifiers, IUserRepository users, ILogger<Authenticator> log)
{
    /// <summary>
    /// <see cref="ErrorCode.Unauthorized"/> for every bad, expired or foreign token and for an unknown or deactivated user, without telling which.
    /// </summary>
    /// <exception cref="UnavailableException">The store could not be asked, so nothing is known about the user.</exception>
    public async Task<Result<Caller>> AuthenticateAsync(string? token, ClaimMap claims, CancellationToken cancellation)
    {
        if (!verifiers.For(claims).TryVerify(token, out var verified, out var fault))
        {
            log.TokenRefused(claims.Scope, fault);
            return ChatError.Unauthorized;
        }
        if (claims.WherePresent.FirstOrDefault(rule => verified.Claims.TryGetValue(rule.Key, out var value) && value != rule.Value).Key is { } claim)
        {
            log.WrongClaim(claims.Scope, claim);
            return ChatError.Unauthorized;
        }
        if (!ClaimReader.TryReadSubject(verified, claims, out var subject))
        {
            log.NoSubject(claims.Scope);
            return ChatError.Unauthorized;
        }
        if (await LookUpAsync(subject, verified, claims, cancellation) is { Active: true } user)
            return new Caller(user, claims.Scope, verified.ExpiresAt);
        log.UserRefused(claims.Scope, subject);
        return ChatError.Unauthorized;
    }

    private async Task<User?> LookUpAsync(Subject subject, VerifiedToken token, ClaimMap map, CancellationToken cancellation)
    {
        var claims = ClaimReader.ReadUser(token, map);
        return map.CreatesUsers && claims.Role is not null
            ? await users.EnsureAsync(subject, claims, cancellation)
            : await users.FindAsync(subject, cancellation);
    }
}
