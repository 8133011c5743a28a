using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Stays;

/// <summary>A conversation as lists show it.</summary>
/// <param name="Unread">Messages of the guest that nobody has read, the same for everyone who answers (contracts S3-14); of a thread, of others that the reader has not.</param>
public sealed record StaySummary(ConversationDetail Detail, long Unread);

public interface IStayRepository
{
    /// <summary>The guest's one active conversation with this department about this, made if it is not there.</summary>
    /// <returns>Its id, and whether it was made now.</returns>
    Task<(ConversationId Id, bool IsNew)> EnsureAsync(Guest guest, User user, Department department, StayType type, CancellationToken cancellation);

    /// <summary>The guest's active conversation in which something was said last.</summary>
    Task<ConversationId?> FindLatestAsync(GuestId guest, CancellationToken cancellation);

    /// <summary>Where a message of this sender's with this key was stored.</summary>
    Task<ConversationId?> FindByKeyAsync(UserId sender, ClientKey key, CancellationToken cancellation);

    /// <summary>The active conversations of the reader's departments and the reader's threads, newest activity first.</summary>
    Task<IReadOnlyList<StaySummary>> ListAsync(User reader, CancellationToken cancellation);

    /// <summary>A stay or a thread; null for every other kind.</summary>
    Task<StaySummary?> FindAsync(ConversationId id, UserId reader, CancellationToken cancellation);

    /// <summary>Notes that somebody has read messages of the guest, or in a thread of everybody else.</summary>
    /// <param name="messages">Which; null: all. Those of other conversations are passed over.</param>
    /// <returns>Those that nobody, or in a thread the reader, had read before, in the order of the log.</returns>
    Task<IReadOnlyList<(MessageId Id, Guid Uid)>> MarkReadAsync(ConversationId id, UserId reader, IReadOnlyCollection<MessageId>? messages, CancellationToken cancellation);

    /// <summary>False where it was closed already.</summary>
    Task<bool> TryCloseAsync(ConversationId id, CancellationToken cancellation);

    /// <summary>False where it was open, or another has taken its place.</summary>
    Task<bool> TryReopenAsync(ConversationId id, CancellationToken cancellation);

    /// <summary>What was said after a message in the departments' conversations of service and in a participant's threads, in the order of ids.</summary>
    Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadAfterAsync(
        IReadOnlyCollection<DepartmentId> departments, UserId? participant, MessageId after, int limit, CancellationToken cancellation);

    /// <summary>The same of a guest's conversations.</summary>
    Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadAfterAsync(
        GuestId guest, UserId participant, MessageId after, int limit, CancellationToken cancellation);
}
