using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.InMemory;

/// <summary>What people say of themselves, with the seam's own rules.</summary>
internal sealed class InMemoryPresences(InMemoryStore store) : IPresenceRepository
{
    private readonly Dictionary<UserId, (PresenceStatement? Said, DateTimeOffset? SaidAt, DateTimeOffset LastActiveAt)> _rows = [];

    /// <summary>Times that somebody was noted as active.</summary>
    public int Noted { get; private set; }

    public Task<IReadOnlyList<StoredPresence>> FindAsync(IReadOnlyCollection<Subject> subjects, UserId? viewer, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<StoredPresence>>(() => [.. store.Users.Values.Where(user => Subject.Of(user).Any(subjects.Contains)).Select(user => Find(user, viewer))]));

    public Task<IReadOnlyList<StoredPresence>> FindAsync(IReadOnlyCollection<UserId> users, UserId? viewer, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<StoredPresence>>(() => [.. store.Users.Values.Where(user => users.Contains(user.Id)).Select(user => Find(user, viewer))]));

    public Task<ILookup<UserId, UserId>> FindContactsAsync(IReadOnlyCollection<UserId> users, int limit, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => users
            .SelectMany(user => Threads(user).SelectMany(thread => thread.Participants).Select(other => other.User.Id).Where(other => other != user).Distinct().Take(limit).Select(other => (user, other)))
            .ToLookup(pair => pair.user, pair => pair.other)));

    public Task<(StoredPresence Before, StoredPresence After)> SayAsync(UserId user, PresenceStatement statement, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() =>
        {
            var before = Find(store.Users[user], null);
            _rows[user] = (statement, store.Now, store.Now);
            return (before, Find(store.Users[user], null));
        }));

    public Task NoteActiveAsync(IReadOnlyCollection<LastActive> users, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() =>
        {
            Noted += users.Count;
            foreach (var (user, at) in users.Where(seen => store.Users.ContainsKey(seen.User)))
            {
                var row = _rows.GetValueOrDefault(user);
                _rows[user] = row with { LastActiveAt = at > row.LastActiveAt ? at : row.LastActiveAt };
            }
            return users.Count;
        }));

    public Task<IReadOnlyList<StoredPresence>> FindSaidAsync(DateTimeOffset from, DateTimeOffset upTo, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<StoredPresence>>(() =>
            [.. _rows.Where(row => row.Value.SaidAt > from && row.Value.SaidAt <= upTo && row.Value.Said?.Status is not PresenceStatus.Offline)
                .Select(row => Find(store.Users[row.Key], null))]));

    private StoredPresence Find(User user, UserId? viewer)
    {
        var isVisible = viewer is null || viewer == user.Id || store.Conversations.Values.Any(conversation =>
            (conversation.CustomerId == user.Id && conversation.AssigneeId == viewer) || (conversation.CustomerId == viewer && conversation.AssigneeId == user.Id))
            || Threads(user.Id).Any(thread => thread.Participants.Any(other => other.User.Id == viewer));
        return _rows.TryGetValue(user.Id, out var row)
            ? new StoredPresence(user, row.Said, row.SaidAt, row.LastActiveAt, isVisible)
            : new StoredPresence(user, null, null, null, isVisible);
    }

    private IEnumerable<Conversation> Threads(UserId user) => store.Conversations.Values.Where(thread => thread.Participants.Any(participant => participant.User.Id == user));
}
