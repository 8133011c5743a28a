using ChatServer.Chat;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.InMemory;

/// <summary>Users with the seam's own rules: directory users stay as they are, users from tokens follow their tokens.</summary>
internal sealed class InMemoryUsers(InMemoryStore store) : IUserRepository
{
    private readonly HashSet<UserId> _fromTokens = [];

    /// <summary>For tests of users alone.</summary>
    public InMemoryUsers()
        : this(new InMemoryStore(TimeProvider.System))
    {
    }

    /// <summary>Whether the store is down.</summary>
    public bool Down
    {
        get => store.Failure is not null;
        set => store.Failure = value ? new UnavailableException(ChatError.DbUnavailable) : null;
    }

    /// <summary>What the last token told about its user.</summary>
    public UserClaims? LastClaims { get; private set; }

    /// <summary>Questions asked so far.</summary>
    public int Asked { get; private set; }

    /// <summary>Adds a user of the directory.</summary>
    public User Add(string subject, Role role, bool active = true)
    {
        Assert.That(Subject.TryParse(subject, out var parsed), Is.True);
        return store.Locked(() => Put(parsed, new UserClaims(role, $"user-{subject}"), active));
    }

    public Task<User?> FindAsync(Subject subject, CancellationToken cancellation) => AskAsync(() => Find(subject));

    public Task<User> EnsureAsync(Subject subject, UserClaims claims, CancellationToken cancellation) => AskAsync(() =>
    {
        LastClaims = claims;
        if (Find(subject) is { } known && !_fromTokens.Contains(known.Id))
            return known;
        var user = Put(subject, claims, active: true);
        _fromTokens.Add(user.Id);
        return user;
    });

    public Task<IReadOnlyList<User>> FindManyAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellation) =>
        AskAsync<IReadOnlyList<User>>(() => [.. ids.Where(store.Users.ContainsKey).Select(id => store.Users[id])]);

    private Task<T> AskAsync<T>(Func<T> question)
    {
        Asked++;
        return Task.FromResult(store.Locked(question));
    }

    private User? Find(Subject subject) => store.Users.Values.FirstOrDefault(
        user => user.Id == subject.Id || user.Uid == subject.Uid || (user.ExternalId is not null && user.ExternalId == subject.ExternalId));

    private User Put(Subject subject, UserClaims claims, bool active)
    {
        var known = Find(subject);
        var id = subject.Id ?? known?.Id ?? new UserId(1_000 + store.Users.Count);
        return store.Users[id] = new User(
            id, subject.Uid ?? known?.Uid ?? Guid.CreateVersion7(), subject.ExternalId ?? known?.ExternalId, claims.Role ?? known?.Role ?? Role.Customer, claims.UserName ?? subject.ToString(),
            claims.FirstName, claims.LastName, claims.FullName, claims.Avatar, claims.Email, claims.Phone, active);
    }
}
