using ChatServer.Chat;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.InMemory;

internal sealed class InMemoryUsers(InMemoryStore store) : IUserRepository
{
    public Task<User?> FindAsync(Subject subject, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
        store.Users.Values.FirstOrDefault(u => u.Id == subject.Id || u.Uid == subject.Uid || (u.ExternalId is not null && u.ExternalId == subject.ExternalId))));

    /// <summary>All users here count as the directory's, which tokens do not change.</summary>
    public async Task<User> EnsureAsync(Subject subject, UserClaims claims, CancellationToken cancellation) =>
        await FindAsync(subject, cancellation) ?? store.Locked(() => store.AddUser(claims.Role ?? Role.Customer, claims.UserName ?? subject.ToString()));

    public Task<IReadOnlyList<User>> FindManyAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<User>>(() => [.. ids.Where(store.Users.ContainsKey).Select(id => store.Users[id])]));
}
