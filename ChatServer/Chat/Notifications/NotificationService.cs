using System.Collections.Concurrent;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Notifications;

/// <summary>What services tell users beside the chat: stored, then told to whoever listens, exactly once for a sender that gives keys.</summary>
public sealed class NotificationService(INotificationRepository notifications, IEventPublisher events)
{
    /// <summary>Notifications that may be named at once (reliability section 4: array items).</summary>
    public const int MaxNamed = 1000;

    /// <summary>Users remembered: some megabytes. Of one who is forgotten nothing is taken to be missing (reliability P8).</summary>
    private const int Bound = 100_000;

    private static readonly ChatError Unknown = ChatError.Invalid("There is no such notification");

    private readonly UserLanes _lanes = new();

    /// <summary>The number of what each user was told last.</summary>
    private readonly ConcurrentDictionary<UserId, long> _told = new();

    /// <summary>Tells a user something. Services only. A repeat is answered with what is stored and told to nobody again.</summary>
    public async Task<Result<Notification>> SendAsync(Caller caller, SendNotification command, CancellationToken cancellation)
    {
        if (!caller.IsService)
            return ChatError.Forbidden("Only services may send notifications");
        if (!ClientKey.Parse(caller.Scope, command.ClientKey).TryGet(out var key, out var error) ||
            !NotificationContent.Parse(Guid.CreateVersion7(), command, key).TryGet(out var notification, out error))
            return error;
        return await _lanes.RunAsync(
            UserLanes.Of(command.To.Id), async () => await SettleAsync(await notifications.AppendAsync(notification, cancellation), cancellation), cancellation);
    }

    /// <summary>A page of the caller's notifications.</summary>
    public async Task<Result<NotificationPage>> ListAsync(Caller caller, NotificationQuery query, CancellationToken cancellation)
    {
        var limit = query.Limit < 1 ? Page.DefaultLimit : Math.Min(query.Limit, Page.MaxLimit);
        if (query.Before is not { } uid)
            return await notifications.ListAsync(caller.User, long.MaxValue, limit, query.UnreadOnly, cancellation);
        return await notifications.FindSeqAsync(caller.Id, uid, cancellation) is { } before
            ? await notifications.ListAsync(caller.User, before, limit, query.UnreadOnly, cancellation)
            : Unknown;
    }

    /// <summary>Marks those of the caller's notifications read, or all (null). The value is how many were not read before.</summary>
    public async Task<Result<int>> MarkReadAsync(Caller caller, IReadOnlyCollection<Guid>? which, CancellationToken cancellation) => which?.Count > MaxNamed
        ? ChatError.Invalid($"At most {MaxNamed} notifications can be marked at once")
        : await notifications.MarkReadAsync(caller.Id, which, cancellation);

    /// <summary>The number of one of the caller's notifications.</summary>
    public async Task<Result<long>> FindSeqAsync(Caller caller, Guid uid, CancellationToken cancellation) =>
        await notifications.FindSeqAsync(caller.Id, uid, cancellation) is { } seq ? seq : Unknown;

    /// <summary>The next page of what the caller has not read after the notification of that number, the oldest first; empty at the end.</summary>
    public Task<IReadOnlyList<Notification>> ReadAfterAsync(Caller caller, long after, CancellationToken cancellation) =>
        notifications.ReadAfterAsync(caller.User, after, Page.MaxLimit, cancellation);

    private async Task<Result<Notification>> SettleAsync(NotificationOutcome outcome, CancellationToken cancellation)
    {
        switch (outcome)
        {
            case NotificationOutcome.Stored { Notification: var stored }:
                await TellMissedAsync(stored.User, stored.Seq - 1, cancellation);
                Tell(stored);
                return stored;
            case NotificationOutcome.Repeated { Notification: var stored }:
                await TellMissedAsync(stored.User, stored.Seq, cancellation);
                return stored;
            default:
                return new ChatError(ErrorCode.Conflict, "This client key was used for another notification");
        }
    }

    /// <summary>Tells what was stored while the store fell silent, so that nobody knew of it.</summary>
    private async Task TellMissedAsync(User user, long upTo, CancellationToken cancellation)
    {
        if (!_told.TryGetValue(user.Id, out var last) || last >= upTo)
            return;
        try
        {
            foreach (var missed in await notifications.ReadAfterAsync(user, last, Page.MaxLimit, cancellation))
            {
                if (missed.Seq <= upTo)
                    Tell(missed);
            }
        }
        catch (Exception e) when (e is UnavailableException or OperationCanceledException)
        {
            // The sender is told that this one is stored, which is true. Whoever listens finds the others in the list.
            return;
        }
    }

    private void Tell(Notification notification)
    {
        if (_told.Count >= Bound)
            _told.Clear();
        _told[notification.User.Id] = notification.Seq;
        events.Publish(new NotificationSent(notification));
    }
}
