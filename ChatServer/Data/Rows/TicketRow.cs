using ChatServer.Chat.Tickets;

namespace ChatServer.Data.Rows;

/// <summary>
/// What a desk knows of a conversation, as Dapper reads it; the aliases in the statement are <c>ticket</c>, which may be missing,
/// <c>conversation</c>, and <c>tally</c>, the viewer's, which may be missing too.
/// </summary>
internal sealed record TicketRow(
    string? Subject,
    string? Category,
    string? Priority,
    Guid? TicketId,
    Guid? RestaurantId,
    DateTime? AcceptedAt,
    DateTime? ClosedAt,
    DateTime UpdatedAt,
    long Unread)
{
    /// <summary>What is unread of a conversation to whoever the tally belongs to: no message is counted for it.</summary>
    public const string UnreadCount =
        "conversation.last_seq - conversation.system_count - COALESCE(tally.sent, 0) - COALESCE(tally.read, 0)";

    public const string Columns =
        $"""
        ticket.subject, ticket.category, ticket.priority, ticket.ticket_id, ticket.restaurant_id, ticket.accepted_at, ticket.closed_at,
        GREATEST(ticket.updated_at, conversation.last_message_at, conversation.created_at) AS updated_at,
        {UnreadCount} AS unread
        """;

    public TicketDetail ToDetail(ConversationRow conversation, UserRow? customer, UserRow? staff, MessageRow? last, UserRow? sender) =>
        new(ToTicket(conversation, customer, staff), last?.ToMessage(sender), Unread);

    /// <summary>One that another dialect began has no row of its own here.</summary>
    private Ticket ToTicket(ConversationRow conversation, UserRow? customer, UserRow? staff) => new(
        conversation.ToConversation(customer),
        staff?.ToUser(),
        Subject ?? conversation.Name ?? "",
        Category ?? TicketForm.DefaultCategory,
        Priority ?? TicketForm.DefaultPriority,
        TicketId,
        RestaurantId,
        AcceptedAt,
        ClosedAt,
        UpdatedAt);
}
