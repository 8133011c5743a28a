using ChatServer.Chat.Users;

namespace ChatServer.Chat.Messages;

/// <summary>One stored message.</summary>
/// <param name="Seq">Its number in the conversation's log: 1, 2, 3 … without gaps, in the order of commits.</param>
/// <param name="Content">The text as sent, without control characters; nothing is escaped or stripped here.</param>
/// <param name="Sender">Null for a message of the system.</param>
/// <param name="IsRead">Whether anyone but the sender has read it.</param>
public sealed record Message(
    MessageId Id,
    Guid Uid,
    ConversationId ConversationId,
    long Seq,
    User? Sender,
    string Content,
    DateTimeOffset CreatedAt,
    bool IsRead);

/// <summary>A stretch of a conversation's log, oldest first.</summary>
/// <param name="Total">How many messages the conversation has.</param>
public sealed record MessagePage(IReadOnlyList<Message> Messages, Page Page, long Total)
{
    public long TotalPages => (Total + Page.Limit - 1) / Page.Limit;

    public bool HasMore => (long)Page.Number * Page.Limit < Total;
}
