using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>Conversations as lists and rights need them; their logs are <see cref="MessageRepository"/>'s.</summary>
internal sealed class ConversationRepository(Database database, TimeProvider clock) : IConversationRepository
{
    private const string SelectOne =
        $"""
        SELECT {ConversationRow.Columns}, {UserRow.CustomerColumns}
        FROM conversations AS conversation
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        WHERE conversation.id = @Id
        """;

    private const string SelectByUid =
        $"""
        SELECT {ConversationRow.Columns}, {UserRow.CustomerColumns}
        FROM conversations AS conversation
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        WHERE conversation.uid = @Uid
        """;

    // The newest message needs no search: its seq stands in the conversation.
    private const string SelectDetail =
        $"""
        SELECT {ConversationRow.Columns}, {UserRow.CustomerColumns}, {UserRow.StaffColumns}, {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM conversations AS conversation
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        LEFT JOIN users AS staff ON staff.id = conversation.assignee_id
        LEFT JOIN messages AS message ON message.conversation_id = conversation.id AND message.seq = conversation.last_seq
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        """;

    private const string SelectOneDetail =
        $"""
        {SelectDetail}
        WHERE conversation.id = @Id
        """;

    internal const string SelectList =
        $"""
        {SelectDetail}
        WHERE ((@Kind IS NULL OR conversation.kind = @Kind)
          AND (@Customer IS NULL OR conversation.customer_id = @Customer)
          AND (@Assignee IS NULL OR conversation.assignee_id = @Assignee)
          AND (@Assigned IS NULL OR (conversation.assignee_id IS NOT NULL) = @Assigned)
          AND (NOT @HasMessages OR conversation.last_seq > 0))
          OR (@Participant IS NOT NULL AND {ThreadRow.IsTheirs})
        ORDER BY conversation.last_message_at DESC NULLS LAST, conversation.id DESC
        LIMIT @Limit
        """;

    // Nothing is written, and no id is spent, where the conversation is there. Empty when another made it while this looked.
    private const string Ensure =
        $"""
        WITH made AS (
            INSERT INTO conversations AS conversation (id, uid, kind, name, customer_id, created_at)
            SELECT fresh.id, @Uid, @Kind, CASE @Kind WHEN 'room' THEN 'Support Request #' || fresh.id END, @Customer, @Now
            FROM (SELECT nextval('conversations_id_seq') AS id) AS fresh
            WHERE NOT EXISTS (SELECT FROM conversations AS known WHERE known.customer_id = @Customer AND known.kind = @Kind)
            ON CONFLICT (customer_id, kind) WHERE kind IN ('channel', 'room') DO NOTHING
            RETURNING {ConversationRow.OwnColumns}, conversation.customer_id
        ), conversation AS (
            SELECT {ConversationRow.OwnColumns}, conversation.customer_id FROM made AS conversation
            UNION ALL
            SELECT {ConversationRow.OwnColumns}, conversation.customer_id FROM conversations AS conversation
            WHERE conversation.customer_id = @Customer AND conversation.kind = @Kind
        )
        SELECT {ConversationRow.Columns}, {UserRow.CustomerColumns}
        FROM conversation
        JOIN users AS customer ON customer.id = conversation.customer_id
        """;

    public Task<Conversation?> FindAsync(ConversationId id, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
            (await QueryAsync(connection, SelectOne, new { Id = id.Value })).SingleOrDefault(), cancellation);

    public Task<Conversation?> FindAsync(Guid uid, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
            (await QueryAsync(connection, SelectByUid, new { Uid = uid })).SingleOrDefault(), cancellation);

    public Task<ConversationDetail?> FindDetailAsync(ConversationId id, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
            (await QueryDetailsAsync(connection, SelectOneDetail, new { Id = id.Value })).SingleOrDefault(), cancellation);

    public Task<IReadOnlyList<ConversationDetail>> ListAsync(ConversationFilter filter, CancellationToken cancellation)
    {
        var parameters = new
        {
            Kind = filter.Kind?.ToWord(),
            Customer = filter.Customer?.Value,
            Assignee = filter.Assignee?.Value,
            filter.Assigned,
            filter.HasMessages,
            Participant = filter.Participant?.Value,
            Limit = ListBound.Rows,
        };
        return database.RepeatableAsync(connection => QueryDetailsAsync(connection, SelectList, parameters), cancellation);
    }

    public async Task<Conversation> EnsureAsync(ConversationKind kind, UserId customer, CancellationToken cancellation) =>
        await TryEnsureAsync(kind, customer, cancellation) ??
        await TryEnsureAsync(kind, customer, cancellation) ??
        throw new InvalidOperationException($"The {kind} of customer {customer.Value} is neither there nor can it be made");

    private Task<Conversation?> TryEnsureAsync(ConversationKind kind, UserId customer, CancellationToken cancellation)
    {
        var now = clock.GetStoredNow();
        var parameters = new { Uid = Guid.CreateVersion7(now), Kind = kind.ToWord(), Customer = customer.Value, Now = now };
        return database.RepeatableAsync(async connection => (await QueryAsync(connection, Ensure, parameters)).SingleOrDefault(), cancellation);
    }

    private static async Task<IEnumerable<Conversation>> QueryAsync(NpgsqlConnection connection, string statement, object parameters) =>
        await connection.QueryAsync<ConversationRow, UserRow?, Conversation>(statement, (conversation, customer) => conversation.ToConversation(customer), parameters);

    private static async Task<IReadOnlyList<ConversationDetail>> QueryDetailsAsync(NpgsqlConnection connection, string statement, object parameters) =>
        (await connection.QueryAsync<ConversationRow, UserRow, UserRow, MessageRow, UserRow, ConversationDetail>(
            statement, (conversation, customer, staff, last, sender) => conversation.ToDetail(customer, staff, last, sender), parameters)).AsList();
}
