using ChatServer.Identity;

namespace ChatServer.Operations;

/// <summary>
/// The operator's credential: signed with <c>Jwt:Secret</c>, role <c>admin</c>, spelled just so. It names no user of ours, so none is
/// looked up: the port has to work before the first directory is in, and while the store is down.
/// </summary>
internal static class AdminToken
{
    public const string Scope = "admin";

    public const string Role = "admin";

    private static readonly ClaimMap Claims = new(Scope) { Subject = ["sub"], Role = ["role"] };

    /// <summary>Whether the operator may come in. If not, the status: 401 without a valid token that names somebody, 403 with another role.</summary>
    /// <param name="name">Who it is, for the log.</param>
    public static bool TryAdmit(string? authorization, TokenVerifiers verifiers, ILogger log, out string name, out int status)
    {
        (name, status) = ("", StatusCodes.Status401Unauthorized);
        if (!verifiers.For(Claims).TryVerify(BearerToken.From(authorization), out var token, out var fault))
        {
            log.AdminRefused(fault);
            return false;
        }
        name = token.Claims.GetValueOrDefault("sub") ?? "";
        if (string.IsNullOrWhiteSpace(name))
            return false;
        status = StatusCodes.Status403Forbidden;
        return token.Claims.GetValueOrDefault("role") == Role;
    }
}
