using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Threads;

/// <summary>A thread to store.</summary>
/// <param name="Participants">All of them, who opens it first.</param>
/// <param name="Request">What the request was, in short: a key that comes again with another is refused.</param>
public sealed record NewThread(
    Guid Uid, IReadOnlyList<UserId> Participants, string? Title, IReadOnlyDictionary<string, string> Metadata, ClientKey? Key, string Request)
{
    /// <summary>Whether a service says who takes part. Whom another user names shows that user nothing of themselves until they speak or read there.</summary>
    public bool IsVouched { get; init; } = true;
}

/// <summary>How far somebody has read a conversation.</summary>
/// <param name="Unread">Messages of others that they have not read.</param>
/// <param name="LastReadAt">When they read something last; null: never.</param>
public readonly record struct Reading(long Unread, DateTimeOffset? LastReadAt);

/// <summary>A place in a list of conversations, newest activity first: behind the one with this activity and id.</summary>
public readonly record struct ListPlace(DateTimeOffset Activity, ConversationId Id);

public interface IThreadRepository
{
    /// <summary>Stores a thread with its participants; null when the key was used for another request.</summary>
    /// <returns>The thread that has the key, or the new one.</returns>
    Task<(ConversationId Id, bool IsNew)?> OpenAsync(NewThread thread, CancellationToken cancellation);

    /// <summary>Lets somebody take part; false when they do already, or as many do as may (<see cref="ThreadForm.MaxParticipants"/>).</summary>
    /// <param name="isVouched">As <see cref="NewThread.IsVouched"/>.</param>
    Task<bool> AddAsync(ConversationId thread, UserId user, bool isVouched, CancellationToken cancellation);

    /// <summary>Lets somebody take part no longer; false when there was nothing to change.</summary>
    Task<bool> RemoveAsync(ConversationId thread, UserId user, CancellationToken cancellation);

    /// <summary>Conversations of whatever kind that the user takes part in, asked for or answers, newest activity first.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="after">Where the page begins; null: with the newest.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<ConversationDetail>> ListAsync(UserId user, ListPlace? after, int limit, CancellationToken cancellation);

    /// <summary>How far each of some users has read a conversation; who has read nothing is missing only where nothing was said.</summary>
    Task<IReadOnlyDictionary<UserId, Reading>> FindReadingsAsync(ConversationId conversation, IReadOnlyCollection<UserId> users, CancellationToken cancellation);
}
