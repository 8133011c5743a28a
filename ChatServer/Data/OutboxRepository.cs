using ChatServer.Chat;
using ChatServer.Chat.Outbox;
using ChatServer.Data.Rows;
using Dapper;

namespace ChatServer.Data;

/// <summary>What is to be told outside. The statements that store it write it, by <see cref="OutboxStatement"/>; here it is taken and settled.</summary>
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
        RETURNING entry.id, entry.topic, entry.event, entry.message_id, entry.conversation_id, entry.user_id, entry.payload::text AS payload, entry.attempts, entry.reached,
            entry.created_at, COALESCE(entry.replayed_at, entry.created_at) AS since, entry.expires_at
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
        SET dead_at = NULL, due_at = @Now, replayed_at = @Now, attempts = 0
        WHERE entry.topic = @Topic AND entry.dead_at IS NOT NULL AND (@Id IS NULL OR entry.id = @Id)
        """;

    private const string ListDead =
        """
        SELECT entry.id, entry.event, entry.message_id, entry.conversation_id, entry.attempts, entry.last_error, entry.created_at, entry.dead_at
        FROM outbox AS entry
        WHERE entry.topic = @Topic AND entry.dead_at IS NOT NULL
        ORDER BY entry.dead_at DESC, entry.id DESC
        LIMIT @Limit
        """;

    private const string Note =
        """
        INSERT INTO outbox AS entry (topic, event, user_id, conversation_id, payload, expires_at, due_at, created_at)
        SELECT note.topic, note.event, note.user_id, note.conversation_id, note.payload, note.expires_at, @Now, @Now
        FROM unnest(@Topics, @Events, @Users, @Conversations, @Payloads::jsonb[], @Expiries)
            WITH ORDINALITY AS note (topic, event, user_id, conversation_id, payload, expires_at, place)
        ORDER BY note.place
        """;

    // Each of the two has the condition of a partial index, without which neither index would do.
    internal const string Count =
        """
        SELECT
            (SELECT count(*) FROM outbox AS entry WHERE entry.topic = @Topic AND entry.dead_at IS NULL) AS waiting,
            (SELECT count(*) FROM outbox AS entry WHERE entry.topic = @Topic AND entry.dead_at IS NOT NULL) AS dead
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
        ExecuteAsync(Replay, new { Topic = topic, Id = (long?)null, Now = clock.GetStoredNow() }, cancellation);

    public async Task<bool> ReplayAsync(string topic, OutboxEntryId id, CancellationToken cancellation) =>
        await ExecuteAsync(Replay, new { Topic = topic, Id = (long?)id.Value, Now = clock.GetStoredNow() }, cancellation) > 0;

    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(string topic, int limit, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<DeadLetter>>(async connection =>
            [.. (await connection.QueryAsync<DeadRow>(ListDead, new { Topic = topic, Limit = limit })).Select(row => row.ToLetter())], cancellation);

    /// <summary>Run again when its answer is lost: twice noted is twice told, which nobody is promised against.</summary>
    public Task NoteAsync(IReadOnlyCollection<OutboxNote> notes, CancellationToken cancellation) => ExecuteAsync(
        Note,
        new
        {
            Topics = notes.Select(note => note.Topic).ToArray(),
            Events = notes.Select(note => note.Event.ToWord()).ToArray(),
            Users = notes.Select(note => note.UserId.Value).ToArray(),
            Conversations = notes.Select(note => note.ConversationId?.Value).ToArray(),
            Payloads = notes.Select(note => note.Payload).ToArray(),
            Expiries = notes.Select(note => note.ExpiresAt).ToArray(),
            Now = clock.GetStoredNow(),
        },
        cancellation);

    public Task<OutboxCount> CountAsync(string topic, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.QuerySingleAsync<OutboxCount>(Count, new { Topic = topic }), cancellation);

    private Task<int> ExecuteAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.ExecuteAsync(statement, parameters), cancellation);

    private static string Shorten(string error) => error.Length <= MaxErrorLength ? error : error[..MaxErrorLength];

    private static MessageId? ToMessageId(long? id) => id is { } value ? new MessageId(value) : null;

    private static ConversationId? ToConversationId(long? id) => id is { } value ? new ConversationId(value) : null;

    /// <summary>As Dapper reads it, to which every array is one.</summary>
    private sealed record Row(
        long Id, string Topic, string Event, long? MessageId, long? ConversationId, long? UserId, string? Payload, int Attempts, Array Reached,
        DateTime CreatedAt, DateTime Since, DateTime? ExpiresAt)
    {
        public OutboxEntry ToEntry() => new(
            new OutboxEntryId(Id), Topic, StoredWords.ToOutboxEvent(Event), ToMessageId(MessageId), ToConversationId(ConversationId), Attempts, (long[])Reached)
        {
            UserId = UserId is { } user ? new UserId(user) : null,
            Payload = Payload,
            CreatedAt = CreatedAt,
            Since = Since,
            ExpiresAt = ExpiresAt,
        };
    }

    private sealed record DeadRow(
        long Id, string Event, long? MessageId, long? ConversationId, int Attempts, string? LastError, DateTime CreatedAt, DateTime DeadAt)
    {
        public DeadLetter ToLetter() => new(
            new OutboxEntryId(Id), StoredWords.ToOutboxEvent(Event), ToMessageId(MessageId), ToConversationId(ConversationId), Attempts, LastError, CreatedAt, DeadAt);
    }
}
