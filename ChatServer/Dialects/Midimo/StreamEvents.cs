using ChatServer.Chat.Events;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>What the streams of one kind hear: that kind's event, and of all others nothing, which chat's own doors tell.</summary>
internal sealed class StreamEvents : IChatEventVisitor<IReadOnlyList<Frame>>
{
    public Func<PresenceChanged, Frame>? OnPresence { get; init; }

    public Func<NotificationSent, Frame>? OnNotification { get; init; }

    public IReadOnlyList<Frame> Visit(PresenceChanged e) => OnPresence is null ? [] : [OnPresence(e)];

    public IReadOnlyList<Frame> Visit(NotificationSent e) => OnNotification is null ? [] : [OnNotification(e)];

    public IReadOnlyList<Frame> Visit(MessageSent e) => [];

    public IReadOnlyList<Frame> Visit(ConversationBumped e) => [];

    public IReadOnlyList<Frame> Visit(TypingStarted e) => [];

    public IReadOnlyList<Frame> Visit(TypingStopped e) => [];

    public IReadOnlyList<Frame> Visit(ConversationAssigned e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantsChanged e) => [];

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
}
