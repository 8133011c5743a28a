using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Tickets;

/// <summary>
/// A conversation as a support desk keeps it. One that another dialect began is seen as a ticket too, with the usual values for what
/// nobody has said about it.
/// </summary>
/// <param name="Agent">Who has taken it; the conversation's assignee.</param>
/// <param name="TicketId">What it is called elsewhere.</param>
/// <param name="RestaurantId">The restaurant that it is about.</param>
/// <param name="UpdatedAt">When its status or its log changed last.</param>
public sealed record Ticket(
    Conversation Conversation,
    User? Agent,
    string Subject,
    string Category,
    string Priority,
    Guid? TicketId,
    Guid? RestaurantId,
    DateTimeOffset? AcceptedAt,
    DateTimeOffset? ClosedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Whose unread messages are read when they enter: its customer's, its agent's, and of who takes part in a thread (contracts S4-12).</summary>
    public bool IsParticipant(UserId user) => People.Any(person => person.Id == user);

    /// <summary>Who belongs to it, each once.</summary>
    public IEnumerable<User> People => new[] { Conversation.Customer, Agent }.OfType<User>()
        .Concat(Conversation.Participants.Select(participant => participant.User)).DistinctBy(user => user.Id);

    internal IEnumerable<Room> CustomerRooms => Conversation.CustomerId is { } customer ? [Room.Of(customer)] : [];
}

/// <summary>A ticket as lists show it to one user.</summary>
/// <param name="Unread">Messages of others, not the system's, that this user has not read (contracts S4-15).</param>
public sealed record TicketDetail(Ticket Ticket, Message? LastMessage, long Unread);

/// <summary>A message and who has read it.</summary>
public sealed record SeenMessage(Message Message, IReadOnlyList<Receipt> ReadBy);

/// <summary>A stretch of a ticket's log.</summary>
/// <param name="Slice">As it was asked for, within bounds.</param>
/// <param name="Total">How many messages there are to page through.</param>
public sealed record TicketMessages(Ticket Ticket, IReadOnlyList<SeenMessage> Messages, Slice Slice, long Total)
{
    public bool HasMore => Slice.Offset + Messages.Count < Total;
}

/// <summary>What someone who enters a ticket's conversation finds: the ticket, and its latest messages, oldest first.</summary>
public sealed record TicketSnapshot(TicketDetail Detail, IReadOnlyList<SeenMessage> Messages);
