using System.Diagnostics;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Users;

namespace ChatServer.Data.Rows;

/// <summary>The words that stand for the core's enumerations in the tables; their CHECK constraints list the same.</summary>
internal static class StoredWords
{
    public static string ToWord(this Role role) => role switch
    {
        Role.Customer => "customer",
        Role.Staff => "staff",
        Role.Admin => "admin",
        _ => throw new UnreachableException($"{role}"),
    };

    public static Role ToRole(string word) => word switch
    {
        "customer" => Role.Customer,
        "staff" => Role.Staff,
        "admin" => Role.Admin,
        _ => throw new UnreachableException(word),
    };

    public static string ToWord(this ConversationKind kind) => kind switch
    {
        ConversationKind.Channel => "channel",
        ConversationKind.Room => "room",
        ConversationKind.Session => "session",
        ConversationKind.Stay => "stay",
        ConversationKind.Thread => "thread",
        _ => throw new UnreachableException($"{kind}"),
    };

    public static ConversationKind ToKind(string word) => word switch
    {
        "channel" => ConversationKind.Channel,
        "room" => ConversationKind.Room,
        "session" => ConversationKind.Session,
        "stay" => ConversationKind.Stay,
        "thread" => ConversationKind.Thread,
        _ => throw new UnreachableException(word),
    };

    public static string ToWord(this ConversationStatus status) => status switch
    {
        ConversationStatus.Open => "open",
        ConversationStatus.Waiting => "waiting",
        ConversationStatus.Active => "active",
        ConversationStatus.Resolved => "resolved",
        ConversationStatus.Closed => "closed",
        _ => throw new UnreachableException($"{status}"),
    };

    public static ConversationStatus ToConversationStatus(string word) => word switch
    {
        "open" => ConversationStatus.Open,
        "waiting" => ConversationStatus.Waiting,
        "active" => ConversationStatus.Active,
        "resolved" => ConversationStatus.Resolved,
        "closed" => ConversationStatus.Closed,
        _ => throw new UnreachableException(word),
    };

    public static string ToWord(this MessageType type) => type switch
    {
        MessageType.Text => "text",
        MessageType.Image => "image",
        MessageType.File => "file",
        MessageType.System => "system",
        _ => throw new UnreachableException($"{type}"),
    };

    public static MessageType ToMessageType(string word) => word switch
    {
        "text" => MessageType.Text,
        "image" => MessageType.Image,
        "file" => MessageType.File,
        "system" => MessageType.System,
        _ => throw new UnreachableException(word),
    };

    public static string ToWord(this ConsultationStatus status) => status switch
    {
        ConsultationStatus.Open => "open",
        ConsultationStatus.InProgress => "in_progress",
        ConsultationStatus.Ended => "ended",
        _ => throw new UnreachableException($"{status}"),
    };

    public static ConsultationStatus ToConsultationStatus(string word) => word switch
    {
        "open" => ConsultationStatus.Open,
        "in_progress" => ConsultationStatus.InProgress,
        "ended" => ConsultationStatus.Ended,
        _ => throw new UnreachableException(word),
    };

    public static string ToWord(this StayStatus status) => status switch
    {
        StayStatus.Pending => "pending",
        StayStatus.Active => "active",
        StayStatus.Completed => "completed",
        _ => throw new UnreachableException($"{status}"),
    };

    public static StayStatus ToStayStatus(string word) => word switch
    {
        "pending" => StayStatus.Pending,
        "active" => StayStatus.Active,
        "completed" => StayStatus.Completed,
        _ => throw new UnreachableException(word),
    };

    public static string ToWord(this StayType type) => type switch
    {
        StayType.Checkin => "checkin",
        StayType.Service => "service",
        StayType.General => "general",
        StayType.Demo => "demo",
        _ => throw new UnreachableException($"{type}"),
    };

    public static StayType ToStayType(string word) => word switch
    {
        "checkin" => StayType.Checkin,
        "service" => StayType.Service,
        "general" => StayType.General,
        "demo" => StayType.Demo,
        _ => throw new UnreachableException(word),
    };

    public static string ToWord(this OutboxEvent what) => what switch
    {
        OutboxEvent.MessageSent => "message_sent",
        OutboxEvent.ConversationStarted => "conversation_started",
        OutboxEvent.ConversationChanged => "conversation_changed",
        OutboxEvent.PresenceChanged => "presence_changed",
        OutboxEvent.Typing => "typing",
        _ => throw new UnreachableException($"{what}"),
    };

    public static OutboxEvent ToOutboxEvent(string word) => word switch
    {
        "message_sent" => OutboxEvent.MessageSent,
        "conversation_started" => OutboxEvent.ConversationStarted,
        "conversation_changed" => OutboxEvent.ConversationChanged,
        "presence_changed" => OutboxEvent.PresenceChanged,
        "typing" => OutboxEvent.Typing,
        _ => throw new UnreachableException(word),
    };
}
