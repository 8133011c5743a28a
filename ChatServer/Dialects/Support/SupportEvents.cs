using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat.Events;
using ChatServer.Fanout;
using ChatServer.SocketIo.Protocol;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Dialects.Support;

/// <summary>What this dialect's clients hear of each core event.</summary>
/// <param name="view">Shows messages.</param>
/// <param name="hasOffsets">Whether each event names itself in one argument more, for clients that use recovery.</param>
internal sealed class SupportEvents(SupportView view, bool hasOffsets = false) : IChatEventVisitor<IReadOnlyList<Frame>>
{
    /// <summary>The sender's own sockets are told its name for the message, by which a page finds what it has shown already (contracts S4-2).</summary>
    public IReadOnlyList<Frame> Visit(MessageSent e) => e is { SenderKey: { } key, Message.Sender.Id: var sender }
        ?
        [
            Encode("new_message", view.Of(e), SupportJson.Wire.NewMessageOut) with { Except = sender },
            Encode("new_message", view.Of(e, key), SupportJson.Wire.NewMessageOut) with { Only = sender },
        ]
        : Event("new_message", view.Of(e), SupportJson.Wire.NewMessageOut);

    /// <summary>The desk's queue is kept by its status.</summary>
    public IReadOnlyList<Frame> Visit(ConversationBumped e) => [];

    public IReadOnlyList<Frame> Visit(TypingStarted e) =>
        Event("user_typing", TypingOut.From(e.Conversation, e.User), SupportJson.Wire.TypingOut);

    public IReadOnlyList<Frame> Visit(TypingStopped e) =>
        Event("typing_stopped", TypingOut.From(e.Conversation, e.User), SupportJson.Wire.TypingOut);

    public IReadOnlyList<Frame> Visit(ConversationAssigned e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantsChanged e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantJoined e) => Event("user_joined", UserJoinedOut.From(e.User), SupportJson.Wire.UserJoinedOut);

    public IReadOnlyList<Frame> Visit(ParticipantLeft e) => Event("user_left", UserLeftOut.From(e.User), SupportJson.Wire.UserLeftOut);

    /// <summary>The document knows no consultations.</summary>
    public IReadOnlyList<Frame> Visit(ConsultationStarted e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationClaimed e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationLeft e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationEnded e) => [];

    public IReadOnlyList<Frame> Visit(StayChanged e) => [];

    public IReadOnlyList<Frame> Visit(MessagesRead e) => Event("messages_read", MessagesReadOut.From(e), SupportJson.Wire.MessagesReadOut);

    public IReadOnlyList<Frame> Visit(TicketAccepted e) =>
        Event("chat_accepted", ChatAcceptedOut.From(e.Ticket, e.Agent), SupportJson.Wire.ChatAcceptedOut);

    public IReadOnlyList<Frame> Visit(TicketClosed e) => Event("chat_closed", ChatClosedOut.From(e.Ticket, e.By), SupportJson.Wire.ChatClosedOut);

    public IReadOnlyList<Frame> Visit(TicketStatusChanged e) =>
        Event("session_status_changed", StatusChangedOut.From(e.Ticket), SupportJson.Wire.StatusChangedOut);

    /// <summary>The document knows neither; they are told of in another dialect.</summary>
    public IReadOnlyList<Frame> Visit(PresenceChanged e) => [];

    public IReadOnlyList<Frame> Visit(NotificationSent e) => [];

    private Frame[] Event<T>(string name, T payload, JsonTypeInfo<T> type) => [Encode(name, payload, type)];

    private Frame Encode<T>(string name, T payload, JsonTypeInfo<T> type)
    {
        var offset = hasOffsets ? Offset.Next() : null;
        var packet = PacketEncoder.Event(SupportDialect.Namespace, name, payload, type, offset: offset);
        return new Frame(packet.Bytes, packet.IsBinary, offset);
    }
}
