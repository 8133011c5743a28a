using ChatServer.Chat;
using ChatServer.Chat.Tickets;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>Tickets as a desk and its customers see them; the statements that change them are <see cref="TicketStatements"/>.</summary>
internal sealed class TicketRepository(Database database, TimeProvider clock) : ITicketRepository
{
    private const string Conversations = $"SELECT {ConversationRow.OwnColumns}, conversation.customer_id, conversation.system_count FROM conversations AS conversation";

    private const string NewestFirst = "ORDER BY COALESCE(conversation.last_message_at, conversation.created_at) DESC, conversation.id DESC";

    // Of those that were chosen. Their newest messages are looked up one by one: with many in the list the planner would read all messages instead.
    private const string Details =
        $"""
        SELECT {TicketRow.Columns}, {ConversationRow.Columns}, {UserRow.CustomerColumns}, {UserRow.StaffColumns}, {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM conversation
        LEFT JOIN tickets AS ticket ON ticket.conversation_id = conversation.id
        LEFT JOIN tallies AS tally ON tally.conversation_id = conversation.id AND tally.user_id = @Viewer
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        LEFT JOIN users AS staff ON staff.id = conversation.assignee_id
        LEFT JOIN LATERAL (
            SELECT said.id, said.uid, said.conversation_id, said.seq, said.sender_id, said.type, said.content, said.created_at
            FROM messages AS said
            WHERE said.conversation_id = conversation.id AND said.seq = conversation.last_seq
            LIMIT 1
        ) AS message ON true
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        """;

    private const string SelectByUid = $"WITH conversation AS MATERIALIZED ({Conversations} WHERE conversation.uid = @Uid) {Details}";

    private const string SelectById = $"WITH conversation AS MATERIALIZED ({Conversations} WHERE conversation.id = @Id) {Details}";

    // An empty room that another dialect keeps ready for its customer is no session yet.
    private const string IsBegun = "(conversation.kind = 'session' OR conversation.last_seq > 0)";

    private const string OfCustomer = $"((conversation.customer_id = @Viewer AND {IsBegun}) OR {ThreadRow.IsTheirs})";

    private const string OfEither = $"(((conversation.customer_id = @Viewer OR conversation.assignee_id = @Viewer) AND {IsBegun}) OR {ThreadRow.IsTheirs})";

    // A session in work is active; what other dialects began is open as long as it is not closed. A thread has no one agent.
    private const string OfDesk =
        $"(conversation.status = 'waiting' OR (conversation.assignee_id = @Viewer AND conversation.status IN ('active', 'open')) OR {ThreadRow.IsTheirs})";

    private const string SelectAsked = $"WITH conversation AS MATERIALIZED ({Conversations} WHERE {OfCustomer} {NewestFirst} LIMIT @Limit) {Details} {NewestFirst}";

    internal const string SelectOwn = $"WITH conversation AS MATERIALIZED ({Conversations} WHERE {OfEither} {NewestFirst} LIMIT @Limit) {Details} {NewestFirst}";

    internal const string SelectDesk = $"WITH conversation AS MATERIALIZED ({Conversations} WHERE {OfDesk} {NewestFirst} LIMIT @Limit) {Details} {NewestFirst}";

    public Task<TicketDetail?> FindAsync(Guid uid, UserId viewer, CancellationToken cancellation) =>
        FindOneAsync(SelectByUid, new { Uid = uid, Viewer = viewer.Value }, cancellation);

    public Task<TicketDetail?> FindAsync(ConversationId id, UserId viewer, CancellationToken cancellation) =>
        FindOneAsync(SelectById, new { Id = id.Value, Viewer = viewer.Value }, cancellation);

    public Task<IReadOnlyList<TicketDetail>> ListAsync(UserId viewer, TicketList list, CancellationToken cancellation)
    {
        var statement = list switch
        {
            TicketList.Asked => SelectAsked,
            TicketList.Own => SelectOwn,
            TicketList.Desk => SelectDesk,
            _ => throw new ArgumentOutOfRangeException(nameof(list), list, null),
        };
        return database.RepeatableAsync(connection => QueryAsync(connection, statement, new { Viewer = viewer.Value, Participant = viewer.Value, Limit = ListBound.Rows }), cancellation);
    }

    /// <summary>A second request with the key that runs at once waits for the first, fails on the unique key, and finds its ticket.</summary>
    public async Task<Guid> OpenAsync(NewTicket ticket, CancellationToken cancellation)
    {
        var now = clock.GetStoredNow();
        try
        {
            return await database.OnceAsync(connection => TicketStatements.OpenAsync(connection, ticket, now), cancellation);
        }
        catch (PostgresException twin) when (PgErrors.Violates(twin, TicketStatements.KeyConstraint))
        {
            return await database.OnceAsync(connection => TicketStatements.OpenAsync(connection, ticket, now), cancellation);
        }
    }

    public Task<bool> TryStepAsync(TicketStep step, CancellationToken cancellation)
    {
        var now = clock.GetStoredNow();
        return database.OnceAsync(connection => TicketStatements.TryStepAsync(connection, step, now), cancellation);
    }

    private Task<TicketDetail?> FindOneAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
            (await QueryAsync(connection, statement, parameters)).SingleOrDefault(), cancellation);

    private static async Task<IReadOnlyList<TicketDetail>> QueryAsync(NpgsqlConnection connection, string statement, object parameters) =>
        (await connection.QueryAsync<TicketRow, ConversationRow, UserRow, UserRow, MessageRow, UserRow, TicketDetail>(
            statement, (ticket, conversation, customer, staff, last, sender) => ticket.ToDetail(conversation, customer, staff, last, sender), parameters)).AsList();
}
