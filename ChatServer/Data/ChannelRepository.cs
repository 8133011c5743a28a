using ChatServer.Chat;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Data.Rows;
using Dapper;

namespace ChatServer.Data;

/// <summary>Conversations as one reader sees them: the list with what is unread, and everything said in it.</summary>
internal sealed class ChannelRepository(Database database) : IChannelRepository
{
    private const string OfServing = $"(conversation.kind = 'channel' OR conversation.assignee_id = @Reader OR {ThreadRow.IsTheirs})";

    // A room that came with the directory, and in which nobody has said anything, was not begun.
    private const string OfCustomer =
        $"((conversation.customer_id = @Reader AND (conversation.kind = 'channel' OR conversation.last_seq > 0)) OR {ThreadRow.IsTheirs})";

    private const string Conversations = $"SELECT {ConversationRow.OwnColumns}, conversation.customer_id FROM conversations AS conversation";

    private const string NewestFirst = "ORDER BY conversation.last_message_at DESC NULLS LAST, conversation.id DESC";

    // One look at the end of each log gives both the reader's own newest message and what the others said behind it.
    private const string Summaries =
        $"""
        SELECT unread.number, {ConversationRow.Columns}, {UserRow.CustomerColumns}, {UserRow.StaffColumns}, {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM conversation
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        LEFT JOIN users AS staff ON staff.id = conversation.assignee_id
        LEFT JOIN messages AS message ON message.conversation_id = conversation.id AND message.seq = conversation.last_seq
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        LEFT JOIN read_markers AS marker ON marker.conversation_id = conversation.id AND marker.user_id = @Reader
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE recent.is_theirs AND recent.seq > COALESCE(recent.own, 0)) AS number
            FROM (
                SELECT said.seq,
                    CASE conversation.kind WHEN 'thread' THEN said.sender_id <> @Reader ELSE (said.sender_id = conversation.customer_id) = @Serves END AS is_theirs,
                    max(said.seq) FILTER (WHERE said.sender_id = @Reader) OVER () AS own
                FROM messages AS said
                WHERE said.conversation_id = conversation.id AND said.seq > GREATEST(marker.seq, conversation.last_seq - @Looked)
            ) AS recent
        ) AS unread
        """;

    private const string SelectOne = $"WITH conversation AS MATERIALIZED ({Conversations} WHERE conversation.id = @Id) {Summaries}";

    internal const string ListOfServing =
        $"WITH conversation AS MATERIALIZED ({Conversations} WHERE {OfServing} {NewestFirst} LIMIT @Limit) {Summaries} {NewestFirst}";

    internal const string ListOfCustomer =
        $"WITH conversation AS MATERIALIZED ({Conversations} WHERE {OfCustomer} {NewestFirst} LIMIT @Limit) {Summaries} {NewestFirst}";

    private const string MarkRead =
        """
        INSERT INTO read_markers AS marker (conversation_id, user_id, seq)
        SELECT @Conversation, @Reader, @Seq
        WHERE NOT EXISTS (
            SELECT FROM read_markers AS known
            WHERE known.conversation_id = @Conversation AND known.user_id = @Reader AND known.seq >= @Seq
        )
        ON CONFLICT (conversation_id, user_id) DO UPDATE SET seq = GREATEST(marker.seq, EXCLUDED.seq)
        """;

    internal const string AllOfServing =
        $"""
        SELECT {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM messages AS message
        JOIN conversations AS conversation ON conversation.id = message.conversation_id
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        WHERE {OfServing}
        ORDER BY message.id DESC
        LIMIT @Limit OFFSET @Offset
        """;

    // A customer has few conversations: the end of each is enough, however many messages others have written since.
    internal const string AllOfCustomer =
        $"""
        SELECT {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM conversations AS conversation
        CROSS JOIN LATERAL (
            SELECT said.id, said.uid, said.conversation_id, said.seq, said.sender_id, said.type, said.content, said.created_at
            FROM messages AS said
            WHERE said.conversation_id = conversation.id
            ORDER BY said.seq DESC
            LIMIT @Limit + @Offset
        ) AS message
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        WHERE {OfCustomer}
        ORDER BY message.id DESC
        LIMIT @Limit OFFSET @Offset
        """;

    private const string After =
        $"""
        SELECT {MessageRow.Columns}, {UserRow.SenderColumns}, {ConversationRow.Columns}, {UserRow.CustomerColumns}
        FROM messages AS message
        JOIN conversations AS conversation ON conversation.id = message.conversation_id
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        """;

    internal const string AfterOfServing = $"{After} WHERE message.id > @After AND {OfServing} ORDER BY message.id DESC LIMIT @Limit";

    internal const string AfterOfCustomer = $"{After} WHERE message.id > @After AND {OfCustomer} ORDER BY message.id DESC LIMIT @Limit";

    public Task<IReadOnlyList<ChannelSummary>> ListAsync(User reader, CancellationToken cancellation) =>
        QueryAsync(reader.Serves ? ListOfServing : ListOfCustomer, Asked(reader, id: null), cancellation);

    public async Task<ChannelSummary?> FindAsync(ConversationId id, User reader, CancellationToken cancellation) =>
        (await QueryAsync(SelectOne, Asked(reader, id), cancellation)).SingleOrDefault();

    public Task<IReadOnlyList<Message>> ReadAllAsync(User reader, Slice slice, CancellationToken cancellation)
    {
        var parameters = new { Reader = reader.Id.Value, Participant = reader.Id.Value, slice.Limit, slice.Offset };
        return database.RepeatableAsync<IReadOnlyList<Message>>(async connection => (await connection.QueryAsync<MessageRow, UserRow?, Message>(
            reader.Serves ? AllOfServing : AllOfCustomer, (message, sender) => message.ToMessage(sender), parameters)).AsList(), cancellation);
    }

    public Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadAfterAsync(
        User reader, MessageId after, int limit, CancellationToken cancellation)
    {
        var parameters = new { Reader = reader.Id.Value, Participant = reader.Id.Value, After = after.Value, Limit = limit };
        return database.RepeatableAsync<IReadOnlyList<(Message, Conversation)>>(async connection =>
            [.. (await connection.QueryAsync<MessageRow, UserRow?, ConversationRow, UserRow?, (Message, Conversation)>(
                reader.Serves ? AfterOfServing : AfterOfCustomer,
                (message, sender, conversation, customer) => (message.ToMessage(sender), conversation.ToConversation(customer)), parameters)).Reverse()], cancellation);
    }

    public Task MarkReadAsync(ConversationId id, UserId reader, long seq, CancellationToken cancellation) => database.RepeatableAsync(
        connection => connection.ExecuteAsync(MarkRead, new { Conversation = id.Value, Reader = reader.Value, Seq = seq }), cancellation);

    private Task<IReadOnlyList<ChannelSummary>> QueryAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<ChannelSummary>>(async connection =>
            (await connection.QueryAsync<long, ConversationRow, UserRow?, UserRow?, MessageRow?, UserRow?, ChannelSummary>(
                statement,
                (unread, conversation, customer, staff, last, sender) => new ChannelSummary(conversation.ToDetail(customer, staff, last, sender), (int)unread),
                parameters)).AsList(), cancellation);

    private static object Asked(User reader, ConversationId? id) =>
        new { Reader = reader.Id.Value, Participant = reader.Id.Value, reader.Serves, IChannelRepository.Looked, Limit = ListBound.Rows, Id = id?.Value };
}
