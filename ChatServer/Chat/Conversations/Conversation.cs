using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Conversations;

/// <summary>What sort of conversation a dialect keeps: one table, one log, five habits.</summary>
public enum ConversationKind
{
    Channel,
    Room,
    Session,
    Stay,
    Thread,
}

/// <summary>A conversation as it stands: who it belongs to, who answers it, how long its log is.</summary>
/// <param name="Customer">Whose it is; null where it belongs to nobody alone.</param>
/// <param name="LastSeq">Number of the newest message, and so their count.</param>
public sealed record Conversation(
    ConversationId Id,
    Guid Uid,
    ConversationKind Kind,
    string? Name,
    User? Customer,
    UserId? AssigneeId,
    bool IsClosed,
    long LastSeq,
    DateTimeOffset? LastMessageAt,
    DateTimeOffset CreatedAt)
{
    public UserId? CustomerId => Customer?.Id;
}

/// <summary>A conversation with the people and the newest message that lists show beside it.</summary>
public sealed record ConversationDetail(Conversation Conversation, User? Assignee, Message? LastMessage);
