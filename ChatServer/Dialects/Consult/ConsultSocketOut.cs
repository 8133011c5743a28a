using System.Text.Json.Serialization;
using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Consult;

// Payloads of the server's events, and acknowledgements (contracts C6: additive, no document defines any).

internal sealed record ConnectedOut(string Message, long UserId, string UserRole)
{
    public static ConnectedOut From(User user) => new("Connected to chat server", user.Id.Value, ConsultWords.Of(user.Role));
}

internal sealed record JoinedRoomOut(long RoomId, string Message)
{
    public static JoinedRoomOut From(ConversationId id) => new(id.Value, "Successfully joined room");
}

/// <param name="Room">Additive, as is <paramref name="CurrentSession"/>: the live frontend's staff page reads both.</param>
internal sealed record RoomHistoryOut(IReadOnlyList<MessageOut> Messages, PaginationOut Pagination, RoomOut Room, SessionOut? CurrentSession)
{
    public static RoomHistoryOut From(ConversationSnapshot snapshot) => new(
        [.. snapshot.History.Messages.Select(MessageOut.From)],
        PaginationOut.From(snapshot.History),
        RoomOut.From(snapshot.Detail),
        SessionOut.FromNullable(snapshot.Current));
}

/// <summary><c>user_joined</c> and <c>user_left</c>.</summary>
internal sealed record ParticipantOut(long RoomId, long UserId, string UserName)
{
    public static ParticipantOut From(ConversationId id, User user) => new(id.Value, user.Id.Value, user.UserName);
}

internal sealed record SessionJoinedOut(long SessionId, long RoomId, UserOut Staff)
{
    public static SessionJoinedOut From(ConsultationClaimed e) =>
        new(e.Detail.Consultation.Id.Value, e.Detail.Conversation.Id.Value, UserOut.From(e.Staff));
}

internal sealed record SessionLeftOut(long SessionId, long UserId, string UserName)
{
    public static SessionLeftOut From(ConsultationLeft e) => new(e.Consultation.Id.Value, e.User.Id.Value, e.User.UserName);
}

internal sealed record SessionEndedOut(long SessionId, DateTimeOffset? EndedAt, long RoomId)
{
    public static SessionEndedOut From(Consultation consultation) =>
        new(consultation.Id.Value, consultation.EndedAt, consultation.ConversationId.Value);
}

internal sealed record RoomAckOut(bool Ok, long RoomId);

internal sealed record SentAckOut(bool Ok, MessageOut Message);

internal sealed record SessionAckOut(bool Ok, SessionOut Session);

internal sealed record SessionLeftAckOut(bool Ok, long SessionId);

/// <param name="WinnerId">Who was first, where somebody was.</param>
/// <param name="RetryAfter">Seconds to wait, where that would help.</param>
internal sealed record FailureOut(
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? WinnerId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter);

internal sealed record FailedAckOut(bool Ok, FailureOut Error);

/// <summary>The <c>error</c> event; only <c>message</c> is documented.</summary>
internal sealed record ErrorOut(
    string Message,
    string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Event,
    [property: JsonPropertyName("temp_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TempId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? WinnerId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter);

/// <summary><c>err.data</c> of a refused connection.</summary>
internal sealed record ConnectErrorOut(string Code);

/// <summary>A REST error in the shape of NestJS; a bare 401 and 500 have no <c>error</c> there.</summary>
internal sealed record NestErrorOut(
    int StatusCode,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
