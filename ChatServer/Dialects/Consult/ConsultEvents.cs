using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat.Events;
using ChatServer.Fanout;
using ChatServer.SocketIo.Protocol;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Dialects.Consult;

/// <summary>What this dialect's clients hear of each core event.</summary>
/// <param name="hasOffsets">Whether each event names itself in one argument more, for clients that use recovery.</param>
internal sealed class ConsultEvents(bool hasOffsets = false) : IChatEventVisitor<IReadOnlyList<Frame>>
{
    public IReadOnlyList<Frame> Visit(MessageSent e) => Event("new_message", MessageOut.From(e.Message), ConsultJson.Wire.MessageOut);

    /// <summary>The document has no event for it, nor for those who write.</summary>
    public IReadOnlyList<Frame> Visit(ConversationBumped e) => [];

    public IReadOnlyList<Frame> Visit(TypingStarted e) => [];

    public IReadOnlyList<Frame> Visit(TypingStopped e) => [];

    /// <summary>The document has no event for it; clients read their lists of rooms again.</summary>
    public IReadOnlyList<Frame> Visit(ConversationAssigned e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantsChanged e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantJoined e) =>
        Event("user_joined", ParticipantOut.From(e.ConversationId, e.User), ConsultJson.Wire.ParticipantOut);

    public IReadOnlyList<Frame> Visit(ParticipantLeft e) =>
        Event("user_left", ParticipantOut.From(e.ConversationId, e.User), ConsultJson.Wire.ParticipantOut);

    public IReadOnlyList<Frame> Visit(ConsultationStarted e) => Event("new_session", SessionOut.From(e.Detail), ConsultJson.Wire.SessionOut);

    public IReadOnlyList<Frame> Visit(ConsultationClaimed e) =>
        Event("session_joined", SessionJoinedOut.From(e), ConsultJson.Wire.SessionJoinedOut);

    public IReadOnlyList<Frame> Visit(ConsultationLeft e) => Event("session_left", SessionLeftOut.From(e), ConsultJson.Wire.SessionLeftOut);

    public IReadOnlyList<Frame> Visit(ConsultationEnded e) =>
        Event("session_ended", SessionEndedOut.From(e.Consultation), ConsultJson.Wire.SessionEndedOut);

    /// <summary>The document knows who has read only by reading again, and no desk.</summary>
    public IReadOnlyList<Frame> Visit(MessagesRead e) => [];

    public IReadOnlyList<Frame> Visit(TicketAccepted e) => [];

    public IReadOnlyList<Frame> Visit(TicketClosed e) => [];

    public IReadOnlyList<Frame> Visit(TicketStatusChanged e) => [];

    /// <summary>Stays are told of in the hotel's dialect.</summary>
    public IReadOnlyList<Frame> Visit(StayChanged e) => [];

    /// <summary>The document knows neither; they are told of in another dialect.</summary>
    public IReadOnlyList<Frame> Visit(PresenceChanged e) => [];

    public IReadOnlyList<Frame> Visit(NotificationSent e) => [];

    private Frame[] Event<T>(string name, T payload, JsonTypeInfo<T> type)
    {
        var offset = hasOffsets ? Offset.Next() : null;
        var packet = PacketEncoder.Event(ConsultDialect.Namespace, name, payload, type, offset: offset);
        return [new Frame(packet.Bytes, packet.IsBinary, offset)];
    }
}
