using ChatServer.Chat;
using ChatServer.Chat.Messages;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>The logs of conversations.</summary>
internal sealed class MessageRepository(Database database, TimeProvider clock, ILogger<MessageRepository> log) : IMessageRepository
{
    /// <summary>Between two looks for a message while the database comes back.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private const string SelectOne =
        $"""
        SELECT {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM messages AS message
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        WHERE message.id = @Id
        """;

    private const string SelectRange =
        $"""
        SELECT {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM messages AS message
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        WHERE message.conversation_id = @Conversation AND message.seq BETWEEN @From AND @UpTo
        ORDER BY message.seq
        """;

    // A conversation without messages on the page still answers, with its total.
    private const string SelectPage =
        $"""
        SELECT conversation.last_seq, {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM conversations AS conversation
        LEFT JOIN messages AS message ON message.conversation_id = conversation.id
            AND message.seq > conversation.last_seq - @Skip - @Limit AND message.seq <= conversation.last_seq - @Skip
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        WHERE conversation.id = @Conversation
        ORDER BY message.seq
        """;

    private const string SelectSeq =
        """
        SELECT message.seq FROM messages AS message WHERE message.uid = @Uid AND message.conversation_id = @Conversation
        """;

    public async Task<AppendOutcome> AppendAsync(NewMessage message, CancellationToken cancellation)
    {
        var wasSent = false;
        try
        {
            var outcome = await AppendOnceAsync();
            // The files may be those of a twin that ran at once, which the key finds now.
            return outcome is AppendOutcome.FilesMissing && message.Key is not null ? await AppendOnceAsync() : outcome;
        }
        catch (PostgresException twin) when (PgErrors.Violates(twin, AppendStatement.KeyConstraint))
        {
            return await AppendOnceAsync();
        }
        catch (UnavailableException lost) when (wasSent && PgErrors.IsOutcomeUnknown(lost.InnerException))
        {
            return await SettleAsync(message) ?? throw new UnavailableException(ChatError.DbUnavailable, lost);
        }

        Task<AppendOutcome> AppendOnceAsync() => database.OnceAsync(connection =>
        {
            wasSent = true;
            return AppendStatement.RunAsync(connection, message, clock.GetStoredNow());
        }, cancellation);
    }

    public Task<MessagePage> ReadAsync(ConversationId conversation, Page page, CancellationToken cancellation)
    {
        var parameters = new { Conversation = conversation.Value, Skip = (page.Number - 1L) * page.Limit, page.Limit };
        return database.RepeatableAsync(async connection =>
        {
            var rows = (await connection.QueryAsync<long, MessageRow?, UserRow?, (long Total, Message? Message)>(
                SelectPage, (total, message, sender) => (total, message?.ToMessage(sender)), parameters)).AsList();
            return new MessagePage([.. rows.Select(row => row.Message).OfType<Message>()], page, rows is [var first, ..] ? first.Total : 0);
        }, cancellation);
    }

    public Task<IReadOnlyList<Message>> ReadRangeAsync(ConversationId conversation, long from, long upTo, CancellationToken cancellation) =>
        QueryAsync(SelectRange, new { Conversation = conversation.Value, From = from, UpTo = upTo }, cancellation);

    public async Task<Message?> FindAsync(MessageId id, CancellationToken cancellation) =>
        (await QueryAsync(SelectOne, new { Id = id.Value }, cancellation)).SingleOrDefault();

    public Task<long?> FindSeqAsync(ConversationId conversation, Guid message, CancellationToken cancellation) =>
        database.RepeatableAsync(connection =>
            connection.ExecuteScalarAsync<long?>(SelectSeq, new { Uid = message, Conversation = conversation.Value }), cancellation);

    private Task<IReadOnlyList<Message>> QueryAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<Message>>(async connection =>
            (await connection.QueryAsync<MessageRow, UserRow?, Message>(
                statement, (message, sender) => message.ToMessage(sender), parameters)).AsList(), cancellation);

    /// <summary>Finds out what became of a statement whose answer was lost; null when it has left nothing.</summary>
    /// <exception cref="UnavailableException">The database did not come back while somebody waited.</exception>
    private async Task<AppendOutcome?> SettleAsync(NewMessage message)
    {
        var patience = database.Options.Afterthought;
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                var outcome = await database.RepeatableAsync(
                    connection => AppendStatement.FindAsync(connection, message), patience - clock.GetElapsedTime(start), CancellationToken.None);
                log.OutcomeSettled(message.Uid, outcome is not null);
                return outcome;
            }
            catch (UnavailableException still)
            {
                if (clock.GetElapsedTime(start) + LookAgain >= patience)
                    throw new UnavailableException(ChatError.DbUnavailable, still);
                await Task.Delay(LookAgain, clock);
            }
        }
    }
}
