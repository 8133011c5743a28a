using ChatServer.Chat.Attachments;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Messages;

/// <summary>What a message is made of.</summary>
public enum MessageType
{
    Text,

    /// <summary>Pictures, with or without words.</summary>
    Image,

    /// <summary>Other files, with or without words.</summary>
    File,

    /// <summary>Said by nobody: a note of what became of the conversation. Numbered as any other, and never unread.</summary>
    System,
}

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
    bool IsRead)
{
    public MessageType Type { get; init; }

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
}

/// <summary>A stretch of a conversation's log, oldest first.</summary>
/// <param name="Total">How many messages the conversation has.</param>
public sealed record MessagePage(IReadOnlyList<Message> Messages, Page Page, long Total)
{
    public long TotalPages => (Total + Page.Limit - 1) / Page.Limit;

    public bool HasMore => (long)Page.Number * Page.Limit < Total;
}
