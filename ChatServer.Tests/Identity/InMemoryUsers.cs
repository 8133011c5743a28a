using ChatServer.Chat;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Identity;

/// <summary>Users in memory, with the seam's own rules: directory users stay as they are, users from tokens follow their tokens.</summary>
internal sealed class InMemoryUsers : IUserRepository
{
    private readonly Dictionary<Subject, User> _users = [];
    private readonly HashSet<Subject> _fromTokens = [];

    /// <summary>Whether the store is down.</summary>
    public bool Down { get; set; }

    /// <summary>What the last token told about its user.</summary>
    public UserClaims? LastClaims { get; private set; }

    /// <summary>Questions asked so far.</summary>
    public int Asked { get; private set; }

    public User Add(string subject, Role role, bool active = true)
    {
        Assert.That(Subject.TryParse(subject, out var parsed), Is.True);
        return _users[parsed] = Make(parsed, new UserClaims(role, UserName: $"user-{subject}")) with { Active = active };
    }

    public Task<User?> FindAsync(Subject subject, CancellationToken cancellation)
    {
        Ask();
        return Task.FromResult(_users.GetValueOrDefault(subject));
    }

    public Task<User> EnsureAsync(Subject subject, UserClaims claims, CancellationToken cancellation)
    {
        Ask();
        LastClaims = claims;
        if (_users.TryGetValue(subject, out var known) && !_fromTokens.Contains(subject))
            return Task.FromResult(known);
        _fromTokens.Add(subject);
        return Task.FromResult(_users[subject] = Make(subject, claims));
    }

    public Task<IReadOnlyList<User>> FindManyAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellation)
    {
        Ask();
        return Task.FromResult<IReadOnlyList<User>>([.. _users.Values.Where(user => ids.Contains(user.Id))]);
    }

    private void Ask()
    {
        Asked++;
        if (Down)
            throw new UnavailableException(ChatError.DbUnavailable);
    }

    private User Make(Subject subject, UserClaims claims) => new(
        subject.Id ?? new UserId(1_000 + _users.Count),
        subject.Uid ?? Guid.CreateVersion7(),
        subject.ExternalId,
        claims.Role ?? Role.Customer,
        claims.UserName ?? subject.ToString(),
        claims.FirstName, claims.LastName, claims.FullName, claims.Avatar, claims.Email, claims.Phone,
        Active: true);
}
