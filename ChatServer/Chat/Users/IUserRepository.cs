namespace ChatServer.Chat.Users;

/// <summary>What a token says about its user beyond the subject; all of it may be missing.</summary>
public sealed record UserClaims(
    Role? Role = null,
    string? UserName = null,
    string? FirstName = null,
    string? LastName = null,
    string? FullName = null,
    string? Avatar = null,
    string? Email = null,
    string? Phone = null);

public interface IUserRepository
{
    Task<User?> FindAsync(Subject subject, CancellationToken cancellation);

    /// <summary>
    /// The user of a token rich enough to make one: created on first sight, refreshed from the claims where an earlier token made
    /// it, and left as it is where it came from the directory.
    /// </summary>
    Task<User> EnsureAsync(Subject subject, UserClaims claims, CancellationToken cancellation);

    /// <summary>Those of <paramref name="ids"/> as they are now; a user that is gone is missing from the answer.</summary>
    Task<IReadOnlyList<User>> FindManyAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellation);
}
