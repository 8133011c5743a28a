using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Outbox;

namespace ChatServer.Chat.Tickets;

/// <summary>A ticket to store, with a conversation of its own.</summary>
/// <param name="MessageUid">Of the initial message, if the form has one.</param>
public sealed record NewTicket(Guid Uid, Guid MessageUid, UserId Customer, TicketForm Form, Guid? TicketId, Guid? RestaurantId, ClientKey? Key)
{
    /// <summary>Who outside is told of the initial message, if a ticket concerns them.</summary>
    public IReadOnlyList<OutboxTopic> Topics { get; init; } = [];
}

/// <summary>A step of a ticket's status, and what goes with it in one statement.</summary>
/// <param name="From">The statuses it may leave; in any other nothing happens.</param>
/// <param name="Agent">Who has it when it becomes active and nobody has it yet.</param>
/// <param name="Note">Said in it by the system; null: nothing.</param>
public sealed record TicketStep(ConversationId Conversation, IReadOnlyCollection<ConversationStatus> From, ConversationStatus To, UserId? Agent, string? Note);

/// <summary>Which tickets a list shows a user, besides the threads that the user takes part in.</summary>
public enum TicketList
{
    /// <summary>Those they asked for.</summary>
    Asked,

    /// <summary>Those they asked for or took.</summary>
    Own,

    /// <summary>Those that wait for anybody, and those they have taken and not finished.</summary>
    Desk,
}

public interface ITicketRepository
{
    /// <summary>The conversation with this uuid, of whatever kind, as <paramref name="viewer"/> sees it.</summary>
    Task<TicketDetail?> FindAsync(Guid uid, UserId viewer, CancellationToken cancellation);

    /// <summary>As by uuid.</summary>
    Task<TicketDetail?> FindAsync(ConversationId id, UserId viewer, CancellationToken cancellation);

    /// <summary>The newest activity first. One query, and its time depends on the number of tickets, not of messages.</summary>
    Task<IReadOnlyList<TicketDetail>> ListAsync(UserId viewer, TicketList list, CancellationToken cancellation);

    /// <summary>Stores conversation, ticket and initial message at once; the uuid of the ticket that has this key already, or the new one's.</summary>
    Task<Guid> OpenAsync(NewTicket ticket, CancellationToken cancellation);

    /// <summary>Changes the status and what goes with it; false when the ticket was not where the step begins.</summary>
    Task<bool> TryStepAsync(TicketStep step, CancellationToken cancellation);
}
