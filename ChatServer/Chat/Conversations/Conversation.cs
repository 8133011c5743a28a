using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Threads;
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

/// <summary>Where a conversation stands with those who answer it.</summary>
public enum ConversationStatus
{
    /// <summary>It takes messages, and its dialect keeps no more of a status.</summary>
    Open,

    /// <summary>Somebody is to take it.</summary>
    Waiting,

    /// <summary>Somebody has taken it.</summary>
    Active,

    /// <summary>Done, unless something is said again.</summary>
    Resolved,

    /// <summary>It takes no more messages.</summary>
    Closed,
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
    ConversationStatus Status,
    long LastSeq,
    DateTimeOffset? LastMessageAt,
    DateTimeOffset CreatedAt)
{
    public UserId? CustomerId => Customer?.Id;

    public bool IsClosed => Status is ConversationStatus.Closed;

    /// <summary>Where a stay belongs; null for every other kind.</summary>
    public StayPlace? Stay { get; init; }

    /// <summary>What makes it a thread; null for every other kind.</summary>
    public ThreadPlace? Thread { get; init; }

    /// <summary>Who takes part in a thread; nobody in other kinds, whose dialects decide it by customer and assignee.</summary>
    public IReadOnlyList<Participant> Participants => Thread?.Participants ?? [];
}

/// <summary>A conversation with the people and the newest message that lists show beside it.</summary>
public sealed record ConversationDetail(Conversation Conversation, User? Assignee, Message? LastMessage)
{
    /// <summary>Who takes part: in a thread whoever does, elsewhere whose it is and who answers it, from its beginning.</summary>
    public IReadOnlyList<Participant> Company => Conversation.Thread?.Participants ??
        [.. new[] { Conversation.Customer, Assignee }.OfType<User>().DistinctBy(user => user.Id).Select(user => new Participant(user, Conversation.CreatedAt))];
}
