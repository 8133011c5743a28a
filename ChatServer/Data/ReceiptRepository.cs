using ChatServer.Chat;
using ChatServer.Chat.Receipts;
using ChatServer.Data.Rows;
using Dapper;

namespace ChatServer.Data;

/// <summary>
/// Who has read what, a row for each message and reader. Each statement counts what it adds into the reader's tally, the newest message
/// first, so that two tabs of one reader never wait for each other crosswise. Nobody reads their own messages, nor the system's.
/// </summary>
internal sealed class ReceiptRepository(Database database, TimeProvider clock) : IReceiptRepository
{
    private const string Tallied =
        """
        tallied AS (
            INSERT INTO tallies AS tally (conversation_id, user_id, read, read_at)
            SELECT (SELECT min(meant.conversation_id) FROM meant), @Reader, count(*), @Now FROM noted HAVING count(*) > 0
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET read = tally.read + EXCLUDED.read, read_at = EXCLUDED.read_at
        )
        """;

    private const string Noted =
        """
        noted AS (
            INSERT INTO receipts (message_id, user_id, read_at)
            SELECT meant.id, @Reader, @Now FROM meant ORDER BY meant.seq DESC
            ON CONFLICT (message_id, user_id) DO NOTHING
            RETURNING message_id
        )
        """;

    private const string MarkRead =
        $"""
        WITH meant AS MATERIALIZED (
            SELECT message.id, message.conversation_id, message.seq
            FROM messages AS message
            WHERE message.id = @Message AND message.type <> 'system' AND message.sender_id IS DISTINCT FROM @Reader
        ), {Noted}, {Tallied}
        SELECT count(*) FROM noted
        """;

    private const string MarkManyRead =
        $"""
        WITH meant AS MATERIALIZED (
            SELECT message.id, message.uid, message.conversation_id, message.seq
            FROM messages AS message
            WHERE message.uid = ANY(@Messages) AND message.conversation_id = @Conversation
              AND message.type <> 'system' AND message.sender_id IS DISTINCT FROM @Reader
        ), {Noted}, {Tallied}
        SELECT meant.uid FROM meant ORDER BY meant.seq
        """;

    /// <summary>Receipts that one statement writes: some tenths of a second's work, far from the end that a statement is set.</summary>
    private const int Batch = 10_000;

    private const string SelectUnread =
        $"""
        SELECT conversation.last_seq, {TicketRow.UnreadCount} AS unread
        FROM conversations AS conversation
        LEFT JOIN tallies AS tally ON tally.conversation_id = conversation.id AND tally.user_id = @Reader
        WHERE conversation.id = @Conversation
        """;

    /// <summary>Messages, from the newest, in which unread ones are looked for at first; then in four times as many before them, and so on.</summary>
    private const long FirstWindow = 100;

    // The newest first: of a log that was read but for its end, the end alone is searched.
    internal const string MarkAllRead =
        $"""
        WITH meant AS MATERIALIZED (
            SELECT message.id, message.conversation_id, message.seq
            FROM messages AS message
            WHERE message.conversation_id = @Conversation AND message.seq BETWEEN @From AND @UpTo
              AND message.type <> 'system' AND message.sender_id IS DISTINCT FROM @Reader
              AND NOT EXISTS (SELECT FROM receipts AS receipt WHERE receipt.message_id = message.id AND receipt.user_id = @Reader)
            ORDER BY message.seq DESC
            LIMIT @Limit
        ), {Noted}, {Tallied}
        SELECT count(*) FROM noted
        """;

    private const string SelectOf =
        """
        SELECT receipt.message_id, reader.uid AS reader, receipt.read_at
        FROM receipts AS receipt
        JOIN users AS reader ON reader.id = receipt.user_id
        WHERE receipt.message_id = ANY(@Messages)
        ORDER BY receipt.message_id, receipt.read_at, receipt.user_id
        """;

    public Task MarkReadAsync(MessageId message, UserId reader, CancellationToken cancellation) =>
        CountAsync(MarkRead, new { Message = message.Value, Reader = reader.Value, Now = clock.GetStoredNow() }, cancellation);

    public Task<IReadOnlyList<Guid>> MarkManyReadAsync(
        ConversationId conversation, IReadOnlyCollection<Guid> messages, UserId reader, CancellationToken cancellation)
    {
        var parameters = new { Conversation = conversation.Value, Messages = messages.ToArray(), Reader = reader.Value, Now = clock.GetStoredNow() };
        return database.RepeatableAsync<IReadOnlyList<Guid>>(async connection =>
            (await connection.QueryAsync<Guid>(MarkManyRead, parameters)).AsList(), cancellation);
    }

    /// <summary>In batches: what a caller who gives up has read stays read, and the next call goes on from there.</summary>
    public async Task<int> MarkAllReadAsync(ConversationId conversation, UserId reader, CancellationToken cancellation)
    {
        var (upTo, unread) = await database.RepeatableAsync(connection => connection.QuerySingleOrDefaultAsync<(long LastSeq, long Unread)>(
            SelectUnread, new { Conversation = conversation.Value, Reader = reader.Value }), cancellation);
        var (total, width) = (0, FirstWindow);
        while (unread > 0 && upTo > 0)
        {
            var (from, limit) = (Math.Max(upTo - width + 1, 1), (int)Math.Min(unread, Batch));
            var count = await CountAsync(
                MarkAllRead, new { Conversation = conversation.Value, Reader = reader.Value, Now = clock.GetStoredNow(), From = from, UpTo = upTo, Limit = limit }, cancellation);
            (total, unread) = (total + count, unread - count);
            if (count < limit)
                (upTo, width) = (from - 1, width * 4);
        }
        return total;
    }

    public Task<IReadOnlyList<Receipt>> FindAsync(IReadOnlyCollection<MessageId> messages, CancellationToken cancellation)
    {
        var parameters = new { Messages = messages.Select(id => id.Value).ToArray() };
        return database.RepeatableAsync<IReadOnlyList<Receipt>>(async connection =>
            [.. (await connection.QueryAsync<ReceiptRow>(SelectOf, parameters)).Select(row => row.ToReceipt())], cancellation);
    }

    private Task<int> CountAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(connection =>
            connection.ExecuteScalarAsync<int>(statement, parameters), cancellation);

    private sealed record ReceiptRow(long MessageId, Guid Reader, DateTime ReadAt)
    {
        public Receipt ToReceipt() => new(new MessageId(MessageId), Reader, ReadAt);
    }
}
