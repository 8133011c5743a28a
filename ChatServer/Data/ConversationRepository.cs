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
        SELECT {ConversationRow.Columns}
        FROM conversations AS conversation
        WHERE conversation.id = @Id
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

    private const string SelectList =
        $"""
        {SelectDetail}
        WHERE (@Customer IS NULL OR conversation.customer_id = @Customer)
          AND (@Assignee IS NULL OR conversation.assignee_id = @Assignee)
          AND (@Assigned IS NULL OR (conversation.assignee_id IS NOT NULL) = @Assigned)
          AND (NOT @HasMessages OR conversation.last_seq > 0)
        ORDER BY conversation.last_message_at DESC NULLS LAST, conversation.id DESC
        LIMIT @Limit
        """;

    // Nothing is written, and no id is spent, where the room is there. Empty when another made it while this looked.
    private const string EnsureRoom =
        $"""
        WITH made AS (
            INSERT INTO conversations AS conversation (id, uid, kind, name, customer_id, created_at)
            SELECT fresh.id, @Uid, 'room', 'Support Request #' || fresh.id, @Customer, @Now
            FROM (SELECT nextval('conversations_id_seq') AS id) AS fresh
            WHERE NOT EXISTS (SELECT FROM conversations AS room WHERE room.customer_id = @Customer AND room.kind = 'room')
            ON CONFLICT (customer_id) WHERE kind = 'room' DO NOTHING
            RETURNING {ConversationRow.Columns}
        )
        SELECT {ConversationRow.Columns} FROM made AS conversation
        UNION ALL
        SELECT {ConversationRow.Columns} FROM conversations AS conversation
        WHERE conversation.customer_id = @Customer AND conversation.kind = 'room'
        """;

    public Task<Conversation?> FindAsync(ConversationId id, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
            (await connection.QuerySingleOrDefaultAsync<ConversationRow>(SelectOne, new { Id = id.Value }))?.ToConversation(), cancellation);

    public Task<ConversationDetail?> FindDetailAsync(ConversationId id, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
            (await QueryDetailsAsync(connection, SelectOneDetail, new { Id = id.Value })).SingleOrDefault(), cancellation);

    public Task<IReadOnlyList<ConversationDetail>> ListAsync(ConversationFilter filter, CancellationToken cancellation)
    {
        var parameters = new { Customer = filter.Customer?.Value, Assignee = filter.Assignee?.Value, filter.Assigned, filter.HasMessages, Limit = ListBound.Rows };
        return database.RepeatableAsync(connection => QueryDetailsAsync(connection, SelectList, parameters), cancellation);
    }

    public async Task<Conversation> EnsureRoomAsync(UserId customer, CancellationToken cancellation) =>
        await TryEnsureRoomAsync(customer, cancellation) ??
        await TryEnsureRoomAsync(customer, cancellation) ??
        throw new InvalidOperationException($"The room of customer {customer.Value} is neither there nor can it be made");

    private Task<Conversation?> TryEnsureRoomAsync(UserId customer, CancellationToken cancellation)
    {
        var now = clock.GetStoredNow();
        var parameters = new { Uid = Guid.CreateVersion7(now), Customer = customer.Value, Now = now };
        return database.RepeatableAsync(async connection =>
            (await connection.QuerySingleOrDefaultAsync<ConversationRow>(EnsureRoom, parameters))?.ToConversation(), cancellation);
    }

    private static async Task<IReadOnlyList<ConversationDetail>> QueryDetailsAsync(NpgsqlConnection connection, string statement, object parameters) =>
        (await connection.QueryAsync<ConversationRow, UserRow, UserRow, MessageRow, UserRow, ConversationDetail>(
            statement, (conversation, customer, staff, last, sender) => conversation.ToDetail(customer, staff, last, sender), parameters)).AsList();
}
