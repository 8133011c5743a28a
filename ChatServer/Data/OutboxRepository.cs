using ChatServer.Chat;
using ChatServer.Chat.Outbox;
using Dapper;

namespace ChatServer.Data;

/// <summary>What is to be told outside. <see cref="AppendStatement"/> writes it; here it is taken and settled.</summary>
internal sealed class OutboxRepository(Database database, TimeProvider clock) : IOutboxRepository
{
    /// <summary>Characters of an error that are kept.</summary>
    private const int MaxErrorLength = 500;

    // Rows that another process is taking are passed over, not waited for.
    private const string Take =
        """
        WITH due AS (
            SELECT entry.id
            FROM outbox AS entry
            WHERE entry.topic = @Topic AND entry.dead_at IS NULL AND entry.due_at <= @Now
            ORDER BY entry.due_at, entry.id
            LIMIT @Limit
            FOR NO KEY UPDATE SKIP LOCKED
        )
        UPDATE outbox AS entry
        SET due_at = @LeaseEnd, attempts = entry.attempts + 1
        FROM due
        WHERE entry.id = due.id
        RETURNING entry.id, entry.topic, entry.message_id, entry.conversation_id, entry.attempts, entry.reached
        """;

    private const string Done =
        """
        DELETE FROM outbox AS entry
        WHERE entry.id = @Id AND entry.attempts = @Attempts
        """;

    private const string Retry =
        """
        UPDATE outbox AS entry
        SET due_at = @Due, reached = @Reached, last_error = @Error
        WHERE entry.id = @Id AND entry.attempts = @Attempts AND entry.dead_at IS NULL
        """;

    private const string Bury =
        """
        UPDATE outbox AS entry
        SET dead_at = @Now, reached = @Reached, last_error = @Error
        WHERE entry.id = @Id AND entry.attempts = @Attempts AND entry.dead_at IS NULL
        """;

    private const string Replay =
        """
        UPDATE outbox AS entry
        SET dead_at = NULL, due_at = @Now, attempts = 0
        WHERE entry.topic = @Topic AND entry.dead_at IS NOT NULL
        """;

    private const string Count =
        """
        SELECT count(*) FILTER (WHERE entry.dead_at IS NULL) AS waiting, count(*) FILTER (WHERE entry.dead_at IS NOT NULL) AS dead
        FROM outbox AS entry
        WHERE entry.topic = @Topic
        """;

    /// <summary>Not run again when its answer is lost: what it took then comes back with the lease.</summary>
    public Task<IReadOnlyList<OutboxEntry>> TakeAsync(string topic, int limit, TimeSpan lease, CancellationToken cancellation)
    {
        var now = clock.GetStoredNow();
        var parameters = new { Topic = topic, Now = now, LeaseEnd = now + lease, Limit = limit };
        return database.OnceAsync<IReadOnlyList<OutboxEntry>>(async connection =>
            [.. (await connection.QueryAsync<Row>(Take, parameters)).Select(row => row.ToEntry()).OrderBy(entry => entry.Id.Value)], cancellation);
    }

    public Task DoneAsync(OutboxEntry entry, CancellationToken cancellation) =>
        ExecuteAsync(Done, new { Id = entry.Id.Value, entry.Attempts }, cancellation);

    public Task RetryAsync(OutboxEntry entry, DateTimeOffset due, string error, CancellationToken cancellation) =>
        ExecuteAsync(Retry, new { Id = entry.Id.Value, entry.Attempts, Due = due, Reached = entry.Reached.ToArray(), Error = Shorten(error) }, cancellation);

    public Task BuryAsync(OutboxEntry entry, string error, CancellationToken cancellation) => ExecuteAsync(
        Bury, new { Id = entry.Id.Value, entry.Attempts, Now = clock.GetStoredNow(), Reached = entry.Reached.ToArray(), Error = Shorten(error) }, cancellation);

    public Task<int> ReplayAsync(string topic, CancellationToken cancellation) =>
        ExecuteAsync(Replay, new { Topic = topic, Now = clock.GetStoredNow() }, cancellation);

    public Task<OutboxCount> CountAsync(string topic, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.QuerySingleAsync<OutboxCount>(Count, new { Topic = topic }), cancellation);

    private Task<int> ExecuteAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.ExecuteAsync(statement, parameters), cancellation);

    private static string Shorten(string error) => error.Length <= MaxErrorLength ? error : error[..MaxErrorLength];

    /// <summary>As Dapper reads it, to which every array is one.</summary>
    private sealed record Row(long Id, string Topic, long MessageId, long ConversationId, int Attempts, Array Reached)
    {
        public OutboxEntry ToEntry() =>
            new(new OutboxEntryId(Id), Topic, new MessageId(MessageId), new ConversationId(ConversationId), Attempts, (long[])Reached);
    }
}
