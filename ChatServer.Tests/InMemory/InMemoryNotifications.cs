using ChatServer.Chat;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.InMemory;

/// <summary>What services told users, with the seam's own rules.</summary>
internal sealed class InMemoryNotifications(InMemoryStore store) : INotificationRepository
{
    private readonly List<(Notification Notification, NewNotification Request)> _rows = [];

    /// <summary>While set, the next one is stored and its sender hears of a failure.</summary>
    public bool LosesNextAnswer { get; set; }

    public Task<NotificationOutcome> AppendAsync(NewNotification n, CancellationToken cancellation) => Task.FromResult(store.Locked(() => Append(n)));

    public Task<long?> FindSeqAsync(UserId user, Guid uid, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => Of(user).FirstOrDefault(n => n.Uid == uid)?.Seq));

    public Task<NotificationPage> ListAsync(User user, long before, int limit, bool unreadOnly, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() =>
        {
            var older = Of(user.Id).Where(n => n.Seq < before && !(unreadOnly && n.ReadAt is not null)).OrderByDescending(n => n.Seq).ToList();
            return new NotificationPage([.. older.Take(limit)], older.Count > limit, Of(user.Id).Count(n => n.ReadAt is null));
        }));

    public Task<IReadOnlyList<Notification>> ReadAfterAsync(User user, long after, int limit, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<Notification>>(() => [.. Of(user.Id).Where(n => n.Seq > after && n.ReadAt is null).Take(limit)]));

    public Task<int> MarkReadAsync(UserId user, IReadOnlyCollection<Guid>? which, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() =>
        {
            var count = 0;
            for (var i = 0; i < _rows.Count; i++)
            {
                var n = _rows[i].Notification;
                if (n.User.Id != user || n.ReadAt is not null || which?.Contains(n.Uid) is false)
                    continue;
                _rows[i] = _rows[i] with { Notification = n with { ReadAt = store.Now } };
                count++;
            }
            return count;
        }));

    private NotificationOutcome Append(NewNotification n)
    {
        if (n.Key is not null && _rows.FirstOrDefault(row => row.Request.Key == n.Key && row.Request.Sender == n.Sender) is { Notification: not null } known)
            return IsSame(known.Request, n) ? new NotificationOutcome.Repeated(known.Notification) : new NotificationOutcome.KeyReused();
        var stored = new Notification(n.Uid, Of(n.To.Id).Count() + 1, n.To, n.Title, n.Body, n.Type, n.Data, store.Now, null);
        _rows.Add((stored, n));
        if (!LosesNextAnswer)
            return new NotificationOutcome.Stored(stored);
        LosesNextAnswer = false;
        throw new UnavailableException(ChatError.DbUnavailable);
    }

    private static bool IsSame(NewNotification one, NewNotification other) =>
        (one with { Uid = other.Uid, Data = other.Data }) == other && one.Data.OrderBy(entry => entry.Key).SequenceEqual(other.Data.OrderBy(entry => entry.Key));

    private IEnumerable<Notification> Of(UserId user) => _rows.Select(row => row.Notification).Where(n => n.User.Id == user);
}
