using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Consultations;

public enum ConsultationStatus
{
    /// <summary>Asked for, waiting for somebody to take it.</summary>
    Open,

    /// <summary>Claimed by exactly one.</summary>
    InProgress,

    Ended,
}

/// <summary>One piece of advice inside a customer's permanent room. At most one of a room is not ended.</summary>
public sealed record Consultation(
    ConsultationId Id,
    ConversationId ConversationId,
    UserId CustomerId,
    UserId? StaffId,
    string Title,
    ConsultationStatus Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt);

/// <summary>A consultation with its room and people, as lists and events show it.</summary>
public sealed record ConsultationDetail(Consultation Consultation, Conversation Conversation, User Customer, User? Staff);
