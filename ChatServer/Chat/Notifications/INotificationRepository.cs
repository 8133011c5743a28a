using ChatServer.Chat.Users;

namespace ChatServer.Chat.Notifications;

/// <summary>What became of a <see cref="NewNotification"/>.</summary>
public abstract record NotificationOutcome
{
    private NotificationOutcome()
    {
    }

    public sealed record Stored(Notification Notification) : NotificationOutcome;

    /// <summary>The same sender told the same under this key before; this is it.</summary>
    public sealed record Repeated(Notification Notification) : NotificationOutcome;

    /// <summary>The sender used the key for something else.</summary>
    public sealed record KeyReused : NotificationOutcome;
}

public interface INotificationRepository
{
    /// <summary>Stores it under the user's next number, in one statement.</summary>
    Task<NotificationOutcome> AppendAsync(NewNotification notification, CancellationToken cancellation);

    /// <summary>The number of one of the user's notifications; null when it is none of theirs.</summary>
    Task<long?> FindSeqAsync(UserId user, Guid uid, CancellationToken cancellation);

    /// <summary>The user's newest ones, newest first.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="before">Only those with a lower number.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="unreadOnly">Only those that are not read.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<NotificationPage> ListAsync(User user, long before, int limit, bool unreadOnly, CancellationToken cancellation);

    /// <summary>Those with a higher number that are not read, the oldest first.</summary>
    Task<IReadOnlyList<Notification>> ReadAfterAsync(User user, long after, int limit, CancellationToken cancellation);

    /// <summary>Marks those of the user's read, or all (null); answers with how many were not read before.</summary>
    Task<int> MarkReadAsync(UserId user, IReadOnlyCollection<Guid>? which, CancellationToken cancellation);
}
