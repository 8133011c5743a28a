using ChatServer.Chat.Users;

namespace ChatServer.Chat.Presence;

public interface IPresenceRepository
{
    /// <summary>Those of these users who are known, in one query.</summary>
    /// <param name="subjects">Who.</param>
    /// <param name="viewer">Whom it has to concern to be visible: those who share a conversation with them. Null: it concerns everybody.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<StoredPresence>> FindAsync(IReadOnlyCollection<Subject> subjects, UserId? viewer, CancellationToken cancellation);

    /// <summary>As by subject.</summary>
    Task<IReadOnlyList<StoredPresence>> FindAsync(IReadOnlyCollection<UserId> users, UserId? viewer, CancellationToken cancellation);

    /// <summary>Of each of these users some who take part in a thread with them, the user not included.</summary>
    /// <param name="users">Who.</param>
    /// <param name="limit">At most so many of each, and of so many of the latest threads.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<ILookup<UserId, UserId>> FindContactsAsync(IReadOnlyCollection<UserId> users, int limit, CancellationToken cancellation);

    /// <summary>Stores what a user says from now on; answers with what there was before, and with what there is.</summary>
    Task<(StoredPresence Before, StoredPresence After)> SayAsync(UserId user, PresenceStatement statement, CancellationToken cancellation);

    /// <summary>Notes when users were there last; an earlier time than the one that is noted changes nothing.</summary>
    Task NoteActiveAsync(IReadOnlyCollection<LastActive> users, CancellationToken cancellation);

    /// <summary>Those who said that they can be reached after <paramref name="from"/> and not after <paramref name="upTo"/>.</summary>
    Task<IReadOnlyList<StoredPresence>> FindSaidAsync(DateTimeOffset from, DateTimeOffset upTo, CancellationToken cancellation);
}

/// <summary>When a user was there last.</summary>
public readonly record struct LastActive(UserId User, DateTimeOffset At);
