using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat.Events;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>What midimo's sockets hear of each core event: messages, typing, presence, and who takes part (contracts S2-16). Conversations of every dialect are threads here.</summary>
internal sealed class MidimoWebEvents(MidimoJsonView view) : IChatEventVisitor<IReadOnlyList<Frame>>
{
    public IReadOnlyList<Frame> Visit(MessageSent e) => Frame("message", view.Of(e.Message, e.Conversation), MidimoJson.Shown.MessageFrame);

    public IReadOnlyList<Frame> Visit(ParticipantsChanged e) => Frame("conversation", view.Of(e.Conversation, null, null), MidimoJson.Shown.ThreadFrame);

    public IReadOnlyList<Frame> Visit(TypingStarted e) => Frame("typing", MidimoJsonView.Of(e.Conversation, e.User, isTyping: true), MidimoJson.Shown.TypingFrame);

    public IReadOnlyList<Frame> Visit(TypingStopped e) => Frame("typing", MidimoJsonView.Of(e.Conversation, e.User, isTyping: false), MidimoJson.Shown.TypingFrame);

    public IReadOnlyList<Frame> Visit(PresenceChanged e) => Frame("presence", view.Of(e.Presence), MidimoJson.Shown.PresenceFrame);

    public IReadOnlyList<Frame> Visit(ConversationBumped e) => [];

    public IReadOnlyList<Frame> Visit(ConversationAssigned e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantJoined e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantLeft e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationStarted e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationClaimed e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationLeft e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationEnded e) => [];

    public IReadOnlyList<Frame> Visit(MessagesRead e) => [];

    public IReadOnlyList<Frame> Visit(TicketAccepted e) => [];

    public IReadOnlyList<Frame> Visit(TicketClosed e) => [];

    public IReadOnlyList<Frame> Visit(TicketStatusChanged e) => [];

    public IReadOnlyList<Frame> Visit(StayChanged e) => [];

    public IReadOnlyList<Frame> Visit(NotificationSent e) => [];

    private static Frame[] Frame<T>(string type, T data, JsonTypeInfo<FrameOut<T>> info) =>
        [new(JsonSerializer.SerializeToUtf8Bytes(new FrameOut<T>(type, data), info))];
}
