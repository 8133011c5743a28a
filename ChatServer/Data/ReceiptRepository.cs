using ChatServer.Chat;
using ChatServer.Chat.Receipts;
using Dapper;

namespace ChatServer.Data;

/// <summary>Who has read what, a row for each message and reader.</summary>
internal sealed class ReceiptRepository(Database database, TimeProvider clock) : IReceiptRepository
{
    private const string MarkRead =
        """
        INSERT INTO receipts (message_id, user_id, read_at)
        SELECT message.id, @Reader, @Now
        FROM messages AS message
        WHERE message.id = @Message
        ON CONFLICT (message_id, user_id) DO NOTHING
        """;

    /// <summary>Receipts that one statement writes: some tenths of a second's work, far from the end that a statement is set.</summary>
    private const int Batch = 10_000;

    // In the order of the log, so that two tabs of one reader never wait for each other crosswise.
    private const string MarkAllRead =
        """
        INSERT INTO receipts (message_id, user_id, read_at)
        SELECT message.id, @Reader, @Now
        FROM messages AS message
        WHERE message.conversation_id = @Conversation
          AND message.sender_id IS DISTINCT FROM @Reader
          AND NOT EXISTS (SELECT FROM receipts AS receipt WHERE receipt.message_id = message.id AND receipt.user_id = @Reader)
        ORDER BY message.seq
        LIMIT @Batch
        ON CONFLICT (message_id, user_id) DO NOTHING
        """;

    public Task MarkReadAsync(MessageId message, UserId reader, CancellationToken cancellation) =>
        ExecuteAsync(MarkRead, new { Message = message.Value, Reader = reader.Value, Now = clock.GetStoredNow() }, cancellation);

    /// <summary>In batches: what a caller who gives up has read stays read, and the next call goes on from there.</summary>
    public async Task<int> MarkAllReadAsync(ConversationId conversation, UserId reader, CancellationToken cancellation)
    {
        var parameters = new { Conversation = conversation.Value, Reader = reader.Value, Now = clock.GetStoredNow(), Batch };
        var total = 0;
        while (await ExecuteAsync(MarkAllRead, parameters, cancellation) is > 0 and var count)
            total += count;
        return total;
    }

    private Task<int> ExecuteAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(connection =>
            connection.ExecuteAsync(statement, parameters), cancellation);
}
