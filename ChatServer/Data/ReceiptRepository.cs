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
        ON CONFLICT (message_id, user_id) DO NOTHING
        """;

    public Task MarkReadAsync(MessageId message, UserId reader, CancellationToken cancellation) =>
        ExecuteAsync(MarkRead, new { Message = message.Value, Reader = reader.Value, Now = clock.GetStoredNow() }, cancellation);

    public Task<int> MarkAllReadAsync(ConversationId conversation, UserId reader, CancellationToken cancellation) =>
        ExecuteAsync(MarkAllRead, new { Conversation = conversation.Value, Reader = reader.Value, Now = clock.GetStoredNow() }, cancellation);

    private Task<int> ExecuteAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(connection =>
            connection.ExecuteAsync(statement, parameters), cancellation);
}
