namespace ChatServer.Chat.Events;

/// <summary>One answer to every core event. A new event does not compile until every dialect has said what it makes of it.</summary>
public interface IChatEventVisitor<out T>
{
    T Visit(MessageSent e);

    T Visit(ConversationBumped e);

    T Visit(TypingStarted e);

    T Visit(TypingStopped e);

    T Visit(ConversationAssigned e);

    T Visit(ParticipantsChanged e);

    T Visit(ParticipantJoined e);

    T Visit(ParticipantLeft e);

    T Visit(ConsultationStarted e);

    T Visit(ConsultationClaimed e);

    T Visit(ConsultationLeft e);

    T Visit(ConsultationEnded e);

    T Visit(MessagesRead e);

    T Visit(TicketAccepted e);

    T Visit(TicketClosed e);

    T Visit(TicketStatusChanged e);

    T Visit(StayChanged e);

    T Visit(PresenceChanged e);

    T Visit(NotificationSent e);
}
