using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>
/// Consultations. Every statement that changes one locks the conversation's row first, as storing a message does: one order of
/// locks, no deadlock.
/// </summary>
internal sealed class ConsultationRepository(Database database, TimeProvider clock) : IConsultationRepository
{
    private const string SelectDetail =
        $"""
        SELECT {ConsultationRow.Columns}, {ConversationRow.Columns}, {UserRow.CustomerColumns}, {UserRow.StaffColumns}
        FROM consultations AS consultation
        JOIN conversations AS conversation ON conversation.id = consultation.conversation_id
        JOIN users AS customer ON customer.id = consultation.customer_id
        LEFT JOIN users AS staff ON staff.id = consultation.staff_id
        """;

    private const string SelectOne =
        $"""
        {SelectDetail}
        WHERE consultation.id = @Id
        """;

    private const string SelectActive =
        $"""
        {SelectDetail}
        WHERE consultation.conversation_id = @Conversation AND consultation.status <> 'ended'
        """;

    private const string SelectList =
        $"""
        {SelectDetail}
        WHERE (@Status IS NULL OR consultation.status = @Status)
          AND (@Customer IS NULL OR consultation.customer_id = @Customer)
          AND (@Staff IS NULL OR consultation.staff_id = @Staff)
          AND (NOT @OnlyActive OR consultation.status <> 'ended')
        """;

    private const string SelectOldestFirst =
        $"""
        {SelectList}
        ORDER BY consultation.started_at, consultation.id
        LIMIT @Limit
        """;

    private const string SelectNewestFirst =
        $"""
        {SelectList}
        ORDER BY consultation.started_at DESC, consultation.id DESC
        LIMIT @Limit
        """;

    private const string Start =
        """
        INSERT INTO consultations (conversation_id, customer_id, title, status, started_at)
        VALUES (@Conversation, @Customer, @Title, 'open', @Now)
        ON CONFLICT (conversation_id) WHERE status <> 'ended' DO NOTHING
        RETURNING id
        """;

    // Those who wait for the room's row find the consultation changed when they get it: the UPDATE asks its WHERE again of the newest row.
    private const string Claim =
        """
        WITH room AS MATERIALIZED (
            SELECT conversation.id
            FROM conversations AS conversation
            JOIN consultations AS consultation ON consultation.conversation_id = conversation.id
            WHERE consultation.id = @Id
            FOR NO KEY UPDATE OF conversation
        ), claimed AS (
            UPDATE consultations AS consultation
            SET status = 'in_progress', staff_id = @Staff
            FROM room
            WHERE consultation.id = @Id AND consultation.conversation_id = room.id
              AND consultation.status = 'open' AND consultation.staff_id IS NULL
            RETURNING consultation.conversation_id
        )
        UPDATE conversations AS conversation
        SET assignee_id = @Staff
        FROM claimed
        WHERE conversation.id = claimed.conversation_id
        """;

    private const string End =
        """
        WITH room AS MATERIALIZED (
            SELECT conversation.id
            FROM conversations AS conversation
            JOIN consultations AS consultation ON consultation.conversation_id = conversation.id
            WHERE consultation.id = @Id
            FOR NO KEY UPDATE OF conversation
        )
        UPDATE consultations AS consultation
        SET status = 'ended', ended_at = GREATEST(@Now, consultation.started_at)
        FROM room
        WHERE consultation.id = @Id AND consultation.conversation_id = room.id
          AND consultation.status <> 'ended' AND (@Holder IS NULL OR consultation.staff_id = @Holder)
        """;

    public Task<ConsultationDetail?> FindAsync(ConsultationId id, CancellationToken cancellation) =>
        FindAsync(SelectOne, new { Id = id.Value }, cancellation);

    public Task<ConsultationDetail?> FindActiveAsync(ConversationId conversation, CancellationToken cancellation) =>
        FindAsync(SelectActive, new { Conversation = conversation.Value }, cancellation);

    public Task<IReadOnlyList<ConsultationDetail>> ListAsync(ConsultationFilter filter, CancellationToken cancellation)
    {
        var statement = filter.Status is ConsultationStatus.Open ? SelectOldestFirst : SelectNewestFirst;
        var parameters = new { Status = filter.Status?.ToWord(), Customer = filter.Customer?.Value, Staff = filter.Staff?.Value, filter.OnlyActive, Limit = ListBound.Rows };
        return database.RepeatableAsync(connection =>
            QueryAsync(connection, statement, parameters), cancellation);
    }

    public Task<ConsultationId?> TryStartAsync(ConversationId conversation, UserId customer, string title, CancellationToken cancellation)
    {
        var parameters = new { Conversation = conversation.Value, Customer = customer.Value, Title = title, Now = clock.GetStoredNow() };
        return database.OnceAsync(async connection =>
        {
            var id = await connection.ExecuteScalarAsync<long?>(Start, parameters);
            return id is { } made ? new ConsultationId(made) : default(ConsultationId?);
        }, cancellation);
    }

    public Task<bool> TryClaimAsync(ConsultationId id, UserId staff, CancellationToken cancellation) =>
        TryChangeAsync(Claim, new { Id = id.Value, Staff = staff.Value }, cancellation);

    public Task<bool> TryEndAsync(ConsultationId id, UserId? holder, CancellationToken cancellation) =>
        TryChangeAsync(End, new { Id = id.Value, Holder = holder?.Value, Now = clock.GetStoredNow() }, cancellation);

    private Task<ConsultationDetail?> FindAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
            (await QueryAsync(connection, statement, parameters)).SingleOrDefault(), cancellation);

    private Task<bool> TryChangeAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.OnceAsync(async connection =>
            await connection.ExecuteAsync(statement, parameters) == 1, cancellation);

    private static async Task<IReadOnlyList<ConsultationDetail>> QueryAsync(NpgsqlConnection connection, string statement, object parameters) =>
        (await connection.QueryAsync<ConsultationRow, ConversationRow, UserRow, UserRow, ConsultationDetail>(
            statement, (consultation, conversation, customer, staff) => consultation.ToDetail(conversation, customer, staff), parameters)).AsList();
}
