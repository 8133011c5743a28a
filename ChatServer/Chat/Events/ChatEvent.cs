using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Events;

/// <summary>
/// Something that has happened and is committed. What differs from one recipient to another is two events with two audiences, so
/// that the bytes of one event can be shared.
/// </summary>
public abstract record ChatEvent
{
    public abstract Audience Audience { get; }

    /// <summary>The conversation in which somebody may have lost the right to take part by it; they have left it when this is heard.</summary>
    public virtual Conversation? Narrowed => null;

    public abstract T Accept<T>(IChatEventVisitor<T> visitor);
}

/// <summary>A message was added to a conversation's log.</summary>
public sealed record MessageSent(Message Message, Conversation Conversation) : ChatEvent
{
    /// <summary>The sender's own name for it, for the sender's own eyes.</summary>
    public string? SenderKey { get; init; }

    public override Audience Audience => Audience.Of(Conversation);

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A conversation moved to the top of the lists of those who look after all of its kind, by this message; its first one put it there.</summary>
public sealed record ConversationBumped(Conversation Conversation, Message Message) : ChatEvent
{
    public override Audience Audience => new(Room.DeskOf(Conversation));

    public bool IsNew => Message.Seq == 1;

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>Somebody is writing in a conversation; repeated while it goes on.</summary>
public sealed record TypingStarted(Conversation Conversation, User User) : ChatEvent
{
    public override Audience Audience => Audience.Of(Conversation) with { Except = User.Id };

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>They have sent it, or given it up.</summary>
public sealed record TypingStopped(Conversation Conversation, User User) : ChatEvent
{
    public override Audience Audience => Audience.Of(Conversation) with { Except = User.Id };

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A conversation has someone (else) to answer it.</summary>
public sealed record ConversationAssigned(Conversation Conversation) : ChatEvent
{
    public override Conversation? Narrowed => Conversation;

    public override Audience Audience => new(Room.Of(Conversation.Id));

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A thread was opened, or others take part in it now: heard by who does, and by who did.</summary>
/// <param name="Removed">Who takes part no longer.</param>
public sealed record ParticipantsChanged(Conversation Conversation, IReadOnlyList<UserId> Removed) : ChatEvent
{
    public bool IsOpened { get; init; }

    public override Conversation? Narrowed => Conversation;

    public override Audience Audience => new([.. Audience.Of(Conversation).Rooms, .. Removed.Select(Room.InboxOf)]);

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>The first session of a user entered a conversation; the others there hear of it.</summary>
public sealed record ParticipantJoined(ConversationId ConversationId, User User) : ChatEvent
{
    public override Audience Audience => new(Room.Of(ConversationId)) { Except = User.Id };

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>The last session of a user left a conversation.</summary>
public sealed record ParticipantLeft(ConversationId ConversationId, User User) : ChatEvent
{
    public override Audience Audience => new(Room.Of(ConversationId)) { Except = User.Id };

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A customer asks for advice; everyone who answers customers hears of it.</summary>
public sealed record ConsultationStarted(ConsultationDetail Detail) : ChatEvent
{
    public override Audience Audience => new(Room.Staff);

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A consultation was claimed: heard in its room, by its customer wherever they are, and by the claimer.</summary>
public sealed record ConsultationClaimed(ConsultationDetail Detail, User Staff) : ChatEvent
{
    public override Audience Audience =>
        new(Room.Of(Detail.Conversation.Id), Room.Of(Detail.Customer.Id), Room.Of(Staff.Id));

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>Somebody left a consultation without ending it.</summary>
public sealed record ConsultationLeft(Consultation Consultation, User User) : ChatEvent
{
    public override Audience Audience => new(Room.Of(Consultation.ConversationId));

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A consultation ended; its room stays open.</summary>
public sealed record ConsultationEnded(Consultation Consultation) : ChatEvent
{
    public override Audience Audience => new(Room.Of(Consultation.ConversationId), Room.Of(Consultation.CustomerId));

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>Somebody has read messages of a conversation, maybe not for the first time.</summary>
/// <param name="Messages">Which; null: all that there are.</param>
public sealed record MessagesRead(Conversation Conversation, User Reader, IReadOnlyList<Guid>? Messages) : ChatEvent
{
    public override Audience Audience => Audience.Of(Conversation);

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>An agent took a waiting ticket: heard in its conversation, and by its customer and the agent wherever they are (contracts S4-6).</summary>
public sealed record TicketAccepted(Ticket Ticket, User Agent) : ChatEvent
{
    public override Audience Audience => new([Room.Of(Ticket.Conversation.Id), Room.Of(Agent.Id), .. Ticket.CustomerRooms]);

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A ticket was closed for good: heard as <see cref="TicketAccepted"/> is, by whoever closed it in the agent's place.</summary>
public sealed record TicketClosed(Ticket Ticket, User By) : ChatEvent
{
    public override Audience Audience => new([Room.Of(Ticket.Conversation.Id), Room.Of(By.Id), .. Ticket.CustomerRooms]);

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A ticket was opened, taken, taken up again or put away; everyone at the desk hears it, and its customer (contracts S4-7).</summary>
public sealed record TicketStatusChanged(Ticket Ticket) : ChatEvent
{
    public override Audience Audience => new([Room.Staff, Room.Of(Ticket.Conversation.Id), .. Ticket.CustomerRooms]);

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A guest's conversation was begun by those who answer, was read, closed or taken up again.</summary>
/// <param name="Unread">Messages of the guest that nobody has read.</param>
public sealed record StayChanged(Conversation Conversation, long Unread) : ChatEvent
{
    public override Audience Audience => new(Room.Of(Conversation.Id), Room.DeskOf(Conversation));

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A user is to be seen in another way: heard by whoever watches the user, and by the user's contacts.</summary>
/// <param name="Contacts">The user, and who takes part in a thread with the user.</param>
public sealed record PresenceChanged(UserPresence Presence, IReadOnlyList<UserId> Contacts) : ChatEvent
{
    public override Audience Audience => new([Room.PresenceOf(Presence.User.Id), .. Contacts.Select(Room.InboxOf)]);

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A user was told something beside the chat.</summary>
public sealed record NotificationSent(Notification Notification) : ChatEvent
{
    public override Audience Audience => new(Room.Of(Notification.User.Id));

    public override T Accept<T>(IChatEventVisitor<T> visitor) => visitor.Visit(this);
}
