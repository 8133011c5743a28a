using System.Text.Json.Serialization;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Support;

// Payloads of the server's events, and acknowledgements (contracts C6: additive, the document defines none).

/// <param name="Online">Whether a client of theirs is in the session at this moment.</param>
internal sealed record ParticipantOut(Guid UserId, string Role, string Name, bool Online)
{
    /// <summary>The session's customer and agent, those who take part in a thread, and whoever else is there.</summary>
    public static IReadOnlyList<ParticipantOut> Of(Ticket ticket, IReadOnlyList<User> present) =>
    [
        .. ticket.People.Concat(present).DistinctBy(user => user.Id).Select(user => new ParticipantOut(
            user.Uid, SupportWords.Of(user.Role), SupportWords.NameOf(user), present.Any(one => one.Id == user.Id))),
    ];
}

internal sealed record SessionJoinedOut(SessionOut Session, IReadOnlyList<MessageOut> Messages, IReadOnlyList<ParticipantOut> Participants);

internal sealed record NewMessageOut(MessageOut Message);

/// <param name="SessionId">Additive.</param>
internal sealed record MessageSentOut(Guid MessageId, string? TempId, DateTimeOffset SentAt, Guid SessionId)
{
    public static MessageSentOut From(Message message, string? tempId, Guid session) => new(message.Uid, tempId, message.CreatedAt, session);
}

/// <summary><c>user_typing</c> and <c>typing_stopped</c>; the name in the latter is what the original's clients delete by (contracts S4-10).</summary>
internal sealed record TypingOut(Guid SessionId, Guid UserId, string UserName)
{
    public static TypingOut From(Conversation conversation, User user) => new(conversation.Uid, user.Uid, SupportWords.NameOf(user));
}

internal sealed record MessagesReadOut(
    Guid SessionId, Guid UserId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Guid>? MessageIds)
{
    public static MessagesReadOut From(MessagesRead e) => new(e.Conversation.Uid, e.Reader.Uid, e.Messages);
}

internal sealed record UserJoinedOut(Guid UserId, string Role, string Name)
{
    public static UserJoinedOut From(User user) => new(user.Uid, SupportWords.Of(user.Role), SupportWords.NameOf(user));
}

internal sealed record UserLeftOut(Guid UserId, string Role)
{
    public static UserLeftOut From(User user) => new(user.Uid, SupportWords.Of(user.Role));
}

/// <param name="SessionId">Additive, as in <see cref="ChatClosedOut"/>: the original's desk reads it there (contracts S4-10).</param>
internal sealed record ChatAcceptedOut(SessionOut Session, Guid AgentId, string AgentName, Guid SessionId)
{
    public static ChatAcceptedOut From(Ticket ticket, User agent) =>
        new(SessionOut.From(ticket), agent.Uid, SupportWords.NameOf(agent), ticket.Conversation.Uid);
}

internal sealed record ChatClosedOut(SessionOut Session, Guid ClosedBy, Guid SessionId)
{
    public static ChatClosedOut From(Ticket ticket, User by) => new(SessionOut.From(ticket), by.Uid, ticket.Conversation.Uid);
}

internal sealed record StatusChangedOut(
    Guid SessionId, string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? AgentId)
{
    public static StatusChangedOut From(Ticket ticket) => new(ticket.Conversation.Uid, SupportWords.StatusOf(ticket.Conversation), ticket.Agent?.Uid);
}

internal sealed record SessionIdAckOut(bool Ok, Guid SessionId);

internal sealed record SentAckOut(bool Ok, Guid MessageId, string? TempId, DateTimeOffset SentAt);

internal sealed record SessionAckOut(bool Ok, SessionOut Session);

/// <param name="WinnerId">Who was first, where somebody was.</param>
/// <param name="RetryAfter">Seconds to wait, where that would help.</param>
internal sealed record FailureOut(
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? WinnerId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter);

internal sealed record FailedAckOut(bool Ok, FailureOut Error);

/// <summary>The <c>error</c> event; only <c>message</c> is documented.</summary>
internal sealed record ErrorOut(
    string Message,
    string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Event,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TempId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? WinnerId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter);

/// <summary><c>err.data</c> of a refused connection.</summary>
internal sealed record ConnectErrorOut(string Code);
