using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>
/// The statement that stores a message. Everybody who writes into a conversation queues for its row; who gets it sees it as the one
/// before left it (READ COMMITTED evaluates the locked row anew), so rights, seq and assignment are decided one after another:
/// <code>
/// repeated   the message this sender stored under this key, if any; then nothing below happens
/// found      the conversation, locked; and whether it takes a message from this sender: null where that is for who takes part
/// member     the sender as one who takes part, locked after the conversation: who was removed while this waited is found no more, though
///            the statement began before
/// wanted     the sender's files that it takes up and no other message has, locked
/// entered    the conversation with its next seq, with the sender as its assignee if nobody answers it, and taken up again if it was resolved
///            (not, if any of the files cannot be had)
/// stored     the message
/// taken      its files
/// noted      the message in the outbox, for each topic that such a conversation concerns; before its first one, the conversation
/// tallied    the sender's count of messages, from which unread ones are told
/// </code>
/// Two attempts with one key that run at once do not see each other: the second fails on the unique key, which takes its seq back,
/// and finds the first when it is run again.
/// </summary>
internal static class AppendStatement
{
    public const string KeyConstraint = "messages_sender_client_key_key";

    private const string IsPermitted = "COALESCE(found.permitted, EXISTS (SELECT FROM member))";

    private const string Append =
        $"""
        WITH repeated AS MATERIALIZED (
            SELECT message.id, message.uid, message.conversation_id, message.seq, message.sender_id, message.type, message.content, message.assigns, message.created_at
            FROM messages AS message
            WHERE message.sender_id = @Sender AND message.client_key = @Key
        ), found AS MATERIALIZED (
            SELECT {ConversationRow.OwnColumns},
                conversation.status <> 'closed' AND (@IsOfService OR CASE
                    WHEN @Role = 'admin' THEN true
                    WHEN conversation.kind = 'thread' THEN NULL
                    WHEN @Role = 'staff' THEN CASE conversation.kind
                        WHEN 'session' THEN true
                        WHEN 'stay' THEN {StayRow.HasSender}
                        ELSE conversation.assignee_id IS NULL OR conversation.assignee_id = @Sender
                    END
                    ELSE conversation.customer_id = @Sender
                END) AS permitted, conversation.customer_id,
                conversation.kind = 'room' AND conversation.assignee_id IS NULL AND @Role <> 'customer' AND NOT @IsOfService AS assigns,
                conversation.status = 'resolved' AS reopens
            FROM conversations AS conversation
            WHERE conversation.id = @Conversation AND NOT EXISTS (SELECT FROM repeated)
            FOR NO KEY UPDATE
        ), member AS MATERIALIZED (
            SELECT participant.user_id
            FROM found
            JOIN participants AS participant ON participant.conversation_id = found.id AND participant.user_id = @Sender
            WHERE found.permitted IS NULL
            FOR KEY SHARE OF participant
        ), wanted AS MATERIALIZED (
            SELECT {AttachmentRow.Columns}, array_position(@Attachments, attachment.id) AS place
            FROM attachments AS attachment
            WHERE attachment.id = ANY(@Attachments) AND attachment.owner_id = @Sender AND attachment.state = 'kept' AND attachment.message_id IS NULL
            ORDER BY attachment.id
            FOR UPDATE
        ), entered AS (
            UPDATE conversations AS conversation
            SET last_seq = conversation.last_seq + 1,
                last_message_at = GREATEST(conversation.last_message_at, @Now),
                assignee_id = CASE WHEN found.assigns THEN @Sender ELSE conversation.assignee_id END,
                status = CASE WHEN NOT found.reopens THEN conversation.status WHEN conversation.assignee_id IS NULL THEN 'waiting' ELSE 'active' END
            FROM found
            WHERE conversation.id = found.id AND {IsPermitted} AND (SELECT count(*) FROM wanted) = cardinality(@Attachments)
            RETURNING {ConversationRow.OwnColumns}, conversation.customer_id, found.assigns, found.reopens,
                conversation.kind <> 'thread' AND conversation.last_seq - conversation.system_count = 1 AS begins
        ), stored AS (
            INSERT INTO messages AS message (uid, conversation_id, seq, sender_id, client_key, type, content, assigns, created_at)
            SELECT @Uid, entered.id, entered.last_seq, @Sender, @Key, @Type, @Content, entered.assigns, @Now
            FROM entered
            RETURNING message.id, message.uid, message.conversation_id, message.seq, message.sender_id, message.type, message.content, message.assigns, message.created_at
        ), taken AS (
            UPDATE attachments AS attachment
            SET message_id = stored.id, place = wanted.place
            FROM stored, wanted
            WHERE attachment.id = wanted.id
        ), tallied AS (
            INSERT INTO tallies AS tally (conversation_id, user_id, sent)
            SELECT stored.conversation_id, stored.sender_id, 1 FROM stored
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET sent = tally.sent + 1
        ), noted AS (
            INSERT INTO outbox AS entry (topic, event, message_id, conversation_id, due_at, created_at)
            SELECT topic.name, topic.event, CASE topic.event WHEN 'message_sent' THEN stored.id END, stored.conversation_id, @Now, @Now
            FROM stored
            JOIN entered ON entered.id = stored.conversation_id
            JOIN {OutboxStatement.Topics} ON topic.kind = entered.kind
            WHERE topic.event = 'message_sent' OR (topic.event = 'conversation_started' AND entered.begins)
            ORDER BY topic.event
        ), message AS (
            SELECT stored.id, stored.uid, stored.conversation_id, stored.seq, stored.sender_id, stored.type, stored.content, stored.assigns, stored.created_at, true AS is_new FROM stored
            UNION ALL
            SELECT repeated.id, repeated.uid, repeated.conversation_id, repeated.seq, repeated.sender_id, repeated.type, repeated.content, repeated.assigns, repeated.created_at, false FROM repeated
        ), conversation AS (
            SELECT {ConversationRow.OwnColumns}, conversation.customer_id FROM entered AS conversation
            UNION ALL
            SELECT {ConversationRow.OwnColumns}, conversation.customer_id FROM found AS conversation WHERE NOT EXISTS (SELECT FROM entered)
        )
        SELECT COALESCE(message.is_new, false) AS is_new, COALESCE(message.assigns, false) AS assigned, EXISTS (SELECT FROM entered WHERE entered.reopens) AS reopened,
            EXISTS (SELECT FROM found WHERE {IsPermitted}) AS permitted,
            {MessageRow.OwnColumns},
            CASE WHEN message.is_new THEN (SELECT {AttachmentRow.List} FROM wanted AS attachment)
                ELSE (SELECT {AttachmentRow.List} FROM attachments AS attachment WHERE attachment.message_id = message.id) END AS files, {UserRow.SenderColumns}, {ConversationRow.Columns}, {UserRow.CustomerColumns}
        FROM (VALUES (1)) AS one
        LEFT JOIN message ON true
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        LEFT JOIN conversation ON true
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        """;

    /// <summary>The row lock is waited for first, so that an attempt which still runs somewhere in the server has ended when the message is looked for.
    /// Whether it was the one that took a ticket up again is not known any more, and told rather once too often.</summary>
    private const string Find =
        $"""
        SELECT conversation.id FROM conversations AS conversation WHERE conversation.id = @Conversation FOR NO KEY UPDATE;
        SELECT true AS is_new, message.assigns AS assigned, conversation.kind = 'session' AND conversation.status <> 'waiting' AS reopened, true AS permitted,
            {MessageRow.Columns}, {UserRow.SenderColumns}, {ConversationRow.Columns}, {UserRow.CustomerColumns}
        FROM messages AS message
        JOIN users AS sender ON sender.id = message.sender_id
        JOIN conversations AS conversation ON conversation.id = message.conversation_id
        LEFT JOIN users AS customer ON customer.id = conversation.customer_id
        WHERE message.uid = @Uid
        """;

    public static async Task<AppendOutcome> RunAsync(NpgsqlConnection connection, NewMessage message, DateTimeOffset now)
    {
        var (topics, kinds, events) = OutboxStatement.Wanted(message.Topics);
        var parameters = new
        {
            message.Uid,
            Conversation = message.ConversationId.Value,
            Sender = message.Sender.Id.Value,
            Role = message.Sender.Role.ToWord(),
            message.IsOfService,
            Key = message.Key?.Value,
            Type = message.Type.ToWord(),
            message.Content,
            Attachments = message.Attachments.ToArray(),
            Now = now,
            Topics = topics,
            TopicKinds = kinds,
            TopicEvents = events,
        };
        var rows = await connection.QueryAsync<Flags, MessageRow, UserRow, ConversationRow, UserRow, AppendOutcome>(
            Append, (flags, stored, sender, conversation, customer) => ToOutcome(message, flags, stored, sender, conversation?.ToConversation(customer)), parameters);
        return rows.Single();
    }

    /// <summary>What an attempt whose answer was lost has stored; null when nothing.</summary>
    public static async Task<AppendOutcome?> FindAsync(NpgsqlConnection connection, NewMessage message)
    {
        var parameters = new { message.Uid, Conversation = message.ConversationId.Value };
        await using var results = await connection.QueryMultipleAsync(Find, parameters);
        await results.ReadAsync<long>();
        return results.Read<Flags, MessageRow, UserRow, ConversationRow, UserRow, AppendOutcome>(
            (flags, stored, sender, conversation, customer) => ToOutcome(message, flags, stored, sender, conversation?.ToConversation(customer))).SingleOrDefault();
    }

    private static AppendOutcome ToOutcome(NewMessage asked, Flags flags, MessageRow? stored, UserRow? sender, Conversation? conversation)
    {
        if (stored is null)
            return flags.Permitted ? new AppendOutcome.FilesMissing() : new AppendOutcome.Refused(conversation);
        if (flags.IsNew && conversation is not null)
            return new AppendOutcome.Stored(stored.ToMessage(sender), conversation, flags.Assigned) { Reopened = flags.Reopened };
        return stored.ConversationId == asked.ConversationId.Value && stored.Content == asked.Content
            ? new AppendOutcome.Repeated(stored.ToMessage(sender))
            : new AppendOutcome.KeyReused();
    }

    private sealed record Flags(bool IsNew, bool Assigned, bool Reopened, bool Permitted);
}
