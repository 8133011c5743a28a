using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Threads;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>Threads and who takes part in them. Whoever comes or goes locks the conversation's row first, as storing a message does.</summary>
internal sealed class ThreadRepository(Database database, TimeProvider clock, IEnumerable<OutboxTopic> topics) : IThreadRepository
{
    public const string KeyConstraint = "threads_opener_client_key_key";

    private const string UidConstraint = "conversations_uid_key";

    private readonly (string[] Names, string[] Kinds, string[] Events) _topics = OutboxStatement.Wanted(topics);

    private const string Open =
        $"""
        WITH known AS MATERIALIZED (
            SELECT thread.conversation_id, thread.request, false AS is_own FROM threads AS thread WHERE thread.opened_by = @Opener AND thread.client_key = @Key
            UNION ALL
            SELECT thread.conversation_id, thread.request, true FROM conversations AS conversation JOIN threads AS thread ON thread.conversation_id = conversation.id
            WHERE conversation.uid = @Uid AND thread.client_key IS NULL
        ), made AS (
            INSERT INTO conversations AS conversation (uid, kind, name, customer_id, created_at)
            SELECT @Uid, 'thread', @Title, @Opener, @Now WHERE NOT EXISTS (SELECT FROM known)
            RETURNING conversation.id
        ), thread AS (
            INSERT INTO threads (conversation_id, opened_by, client_key, request, metadata, updated_at)
            SELECT made.id, @Opener, @Key, @Request, jsonb_object(@Names, @Values), @Now FROM made
        ), joined AS (
            INSERT INTO participants (conversation_id, user_id, joined_at, vouched)
            SELECT made.id, member.id, @Now, @Vouched OR member.id = @Opener FROM made, unnest(@Participants) WITH ORDINALITY AS member (id, place) ORDER BY member.place
        ), noted AS (
            INSERT INTO outbox AS entry (topic, event, conversation_id, due_at, created_at)
            SELECT topic.name, topic.event, made.id, @Now, @Now
            FROM made JOIN {OutboxStatement.Topics} ON topic.kind = 'thread' AND topic.event = 'conversation_started'
        )
        SELECT made.id, true AS is_new, @Request AS request FROM made
        UNION ALL
        SELECT known.conversation_id, known.is_own, known.request FROM known
        """;

    private const string Found =
        """
        WITH found AS MATERIALIZED (
            SELECT conversation.id FROM conversations AS conversation WHERE conversation.id = @Thread AND conversation.kind = 'thread' FOR NO KEY UPDATE
        )
        """;

    // What comes before it names who came or went as changed; the rows it counts are the thread's.
    private const string Changed =
        $"""
        , noted AS (
            INSERT INTO outbox AS entry (topic, event, conversation_id, due_at, created_at)
            SELECT topic.name, topic.event, changed.conversation_id, @Now, @Now
            FROM changed JOIN {OutboxStatement.Topics} ON topic.kind = 'thread' AND topic.event = 'conversation_changed'
        )
        UPDATE threads AS thread SET updated_at = GREATEST(thread.updated_at, @Now) FROM changed WHERE thread.conversation_id = changed.conversation_id
        """;

    // The lock is a statement of its own, so that the one which counts sees what the holder before it left.
    private const string Add =
        $"""
        SELECT conversation.id FROM conversations AS conversation WHERE conversation.id = @Thread FOR NO KEY UPDATE;
        {Found}, changed AS (
            INSERT INTO participants AS participant (conversation_id, user_id, joined_at, vouched)
            SELECT found.id, @User, @Now, @Vouched FROM found
            WHERE NOT EXISTS (SELECT FROM participants AS known WHERE known.conversation_id = found.id AND known.user_id = @User)
              AND (SELECT count(*) FROM participants AS taken WHERE taken.conversation_id = found.id) < @Most
            ON CONFLICT (conversation_id, user_id) DO NOTHING
            RETURNING participant.conversation_id
        )
        {Changed}
        """;

    private const string Remove =
        $"""
        {Found}, changed AS (
            DELETE FROM participants AS participant USING found WHERE participant.conversation_id = found.id AND participant.user_id = @User
            RETURNING participant.conversation_id
        )
        {Changed}
        """;

    private const string Activity = "COALESCE(conversation.last_message_at, conversation.created_at)";

    // An empty room or channel that another dialect keeps ready for its customer was not begun.
    private const string SelectList =
        $"""
        WITH own AS (
            SELECT participant.conversation_id AS id FROM participants AS participant WHERE participant.user_id = @User
            UNION
            SELECT asked.id FROM conversations AS asked WHERE asked.customer_id = @User AND asked.kind <> 'thread' AND (asked.kind = 'session' OR asked.last_seq > 0)
            UNION
            SELECT answered.id FROM conversations AS answered WHERE answered.assignee_id = @User
        ), conversation AS MATERIALIZED (
            SELECT {ConversationRow.OwnColumns}, conversation.customer_id
            FROM own
            JOIN conversations AS conversation ON conversation.id = own.id
            WHERE @After::timestamptz IS NULL OR ({Activity}, conversation.id) < (@After, @AfterId)
            ORDER BY {Activity} DESC, conversation.id DESC
            LIMIT @Limit
        )
        SELECT {ConversationRow.Columns}, {UserRow.CustomerColumns}, {UserRow.StaffColumns}, {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM conversation
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        LEFT JOIN users AS staff ON staff.id = conversation.assignee_id
        LEFT JOIN messages AS message ON message.conversation_id = conversation.id AND message.seq = conversation.last_seq
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        ORDER BY {Activity} DESC, conversation.id DESC
        """;

    private const string SelectReadings =
        $"""
        SELECT reader.id AS reader, {TicketRow.UnreadCount} AS unread, tally.read_at
        FROM conversations AS conversation
        CROSS JOIN unnest(@Readers) AS reader (id)
        LEFT JOIN tallies AS tally ON tally.conversation_id = conversation.id AND tally.user_id = reader.id
        WHERE conversation.id = @Conversation
        """;

    /// <summary>
    /// A second request with the key that runs at once waits for the first, fails on the unique key, and finds its thread; so does what is run again
    /// because its answer was lost, by uid where there is no key.
    /// </summary>
    public async Task<(ConversationId Id, bool IsNew)?> OpenAsync(NewThread thread, CancellationToken cancellation)
    {
        var parameters = Parameters(thread);
        var wasSent = false;
        try
        {
            return await OpenOnceAsync();
        }
        catch (PostgresException twin) when (PgErrors.Violates(twin, KeyConstraint))
        {
            return await OpenOnceAsync();
        }
        catch (UnavailableException lost) when (wasSent && PgErrors.IsOutcomeUnknown(lost.InnerException))
        {
            return await SettleAsync(thread, parameters);
        }

        Task<(ConversationId Id, bool IsNew)?> OpenOnceAsync() => database.OnceAsync(connection =>
        {
            wasSent = true;
            return OpenAsync(connection, thread, parameters);
        }, cancellation);
    }

    public Task<bool> AddAsync(ConversationId thread, UserId user, bool isVouched, CancellationToken cancellation) => ChangeAsync(Add, thread, user, isVouched, cancellation);

    public Task<bool> RemoveAsync(ConversationId thread, UserId user, CancellationToken cancellation) => ChangeAsync(Remove, thread, user, isVouched: false, cancellation);

    public Task<IReadOnlyList<ConversationDetail>> ListAsync(UserId user, ListPlace? after, int limit, CancellationToken cancellation)
    {
        var parameters = new { User = user.Value, After = after?.Activity, AfterId = after?.Id.Value, Limit = limit };
        return database.RepeatableAsync<IReadOnlyList<ConversationDetail>>(async connection =>
            (await connection.QueryAsync<ConversationRow, UserRow, UserRow, MessageRow, UserRow, ConversationDetail>(
                SelectList, (conversation, customer, staff, last, sender) => conversation.ToDetail(customer, staff, last, sender), parameters)).AsList(), cancellation);
    }

    public async Task<IReadOnlyDictionary<UserId, Reading>> FindReadingsAsync(
        ConversationId conversation, IReadOnlyCollection<UserId> users, CancellationToken cancellation)
    {
        var parameters = new { Conversation = conversation.Value, Readers = users.Select(user => user.Value).ToArray() };
        var rows = await database.RepeatableAsync(connection => connection.QueryAsync<ReadingRow>(SelectReadings, parameters), cancellation);
        return rows.ToDictionary(row => new UserId(row.Reader), row => new Reading(Math.Max(0, row.Unread), row.ReadAt));
    }

    /// <summary>Runs again what may have been done: under its uid, or its key, it is done once. The first run may still be under way when this begins.</summary>
    private async Task<(ConversationId Id, bool IsNew)?> SettleAsync(NewThread thread, object parameters)
    {
        try
        {
            return await AgainAsync();
        }
        catch (PostgresException twin) when (PgErrors.Violates(twin, UidConstraint) || PgErrors.Violates(twin, KeyConstraint))
        {
            return await AgainAsync();
        }

        Task<(ConversationId Id, bool IsNew)?> AgainAsync() =>
            database.RepeatableAsync(connection => OpenAsync(connection, thread, parameters), database.Options.Afterthought, CancellationToken.None);
    }

    private static async Task<(ConversationId Id, bool IsNew)?> OpenAsync(NpgsqlConnection connection, NewThread thread, object parameters)
    {
        var row = await connection.QuerySingleAsync<OpenedRow>(Open, parameters);
        return row.Request == thread.Request ? (new ConversationId(row.Id), row.IsNew) : null;
    }

    private object Parameters(NewThread thread) => new
    {
        thread.Uid,
        thread.Title,
        Opener = thread.Participants[0].Value,
        Participants = thread.Participants.Select(user => user.Value).ToArray(),
        Vouched = thread.IsVouched,
        Key = thread.Key?.Value,
        thread.Request,
        Names = thread.Metadata.Keys.ToArray(),
        Values = thread.Metadata.Values.ToArray(),
        Now = clock.GetStoredNow(),
        Topics = _topics.Names,
        TopicKinds = _topics.Kinds,
        TopicEvents = _topics.Events,
    };

    private Task<bool> ChangeAsync(string statement, ConversationId thread, UserId user, bool isVouched, CancellationToken cancellation)
    {
        var parameters = new
        {
            Thread = thread.Value,
            User = user.Value,
            Vouched = isVouched,
            Most = ThreadForm.MaxParticipants,
            Now = clock.GetStoredNow(),
            Topics = _topics.Names,
            TopicKinds = _topics.Kinds,
            TopicEvents = _topics.Events,
        };
        return database.OnceAsync(async connection => await connection.ExecuteAsync(statement, parameters) > 0, cancellation);
    }

    private sealed record OpenedRow(long Id, bool IsNew, string Request);

    private sealed record ReadingRow(long Reader, long Unread, DateTime? ReadAt);
}
