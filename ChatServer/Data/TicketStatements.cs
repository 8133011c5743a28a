using ChatServer.Chat.Tickets;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>
/// The statements that change tickets. As in <see cref="AppendStatement"/> everything hangs on the conversation's row, which is written
/// first; of many who want the same step the first gets the row, and the others find their condition no longer met.
/// </summary>
internal static class TicketStatements
{
    public const string KeyConstraint = "tickets_opener_client_key_key";

    private const string Open =
        $"""
        WITH known AS MATERIALIZED (
            SELECT conversation.uid
            FROM tickets AS ticket
            JOIN conversations AS conversation ON conversation.id = ticket.conversation_id
            WHERE ticket.opened_by = @Customer AND ticket.client_key = @Key
        ), made AS (
            INSERT INTO conversations AS conversation (uid, kind, name, customer_id, status, last_seq, last_message_at, created_at)
            SELECT @Uid, 'session', @Subject, @Customer, 'waiting', CASE WHEN @Content IS NULL THEN 0 ELSE 1 END, CASE WHEN @Content IS NULL THEN NULL ELSE @Now END, @Now
            WHERE NOT EXISTS (SELECT FROM known)
            RETURNING conversation.id, conversation.uid
        ), ticket AS (
            INSERT INTO tickets (conversation_id, opened_by, client_key, subject, category, priority, ticket_id, restaurant_id, updated_at)
            SELECT made.id, @Customer, @Key, @Subject, @Category, @Priority, @TicketId, @RestaurantId, @Now FROM made
        ), said AS (
            INSERT INTO messages (uid, conversation_id, seq, sender_id, content, created_at)
            SELECT @MessageUid, made.id, 1, @Customer, @Content, @Now FROM made WHERE @Content IS NOT NULL
            RETURNING id, conversation_id
        ), noted AS (
            INSERT INTO outbox AS entry (topic, event, message_id, conversation_id, due_at, created_at)
            SELECT topic.name, topic.event, CASE topic.event WHEN 'message_sent' THEN said.id END, said.conversation_id, @Now, @Now
            FROM said
            JOIN {OutboxStatement.Topics} ON topic.kind = 'session' AND topic.event IN ('conversation_started', 'message_sent')
            ORDER BY topic.event
        ), tallied AS (
            INSERT INTO tallies (conversation_id, user_id, sent)
            SELECT made.id, @Customer, 1 FROM made WHERE @Content IS NOT NULL
        )
        SELECT made.uid FROM made
        UNION ALL
        SELECT known.uid FROM known
        """;

    private const string Step =
        """
        WITH stepped AS (
            UPDATE conversations AS conversation
            SET status = @To,
                assignee_id = CASE @To WHEN 'waiting' THEN NULL WHEN 'active' THEN COALESCE(conversation.assignee_id, @Agent) ELSE conversation.assignee_id END,
                last_seq = conversation.last_seq + @Notes,
                system_count = conversation.system_count + @Notes,
                last_message_at = CASE @Notes WHEN 0 THEN conversation.last_message_at ELSE GREATEST(conversation.last_message_at, @Now) END
            WHERE conversation.id = @Conversation AND conversation.status = ANY(@From)
            RETURNING conversation.id, conversation.last_seq
        ), noted AS (
            UPDATE tickets AS ticket
            SET accepted_at = CASE @To WHEN 'waiting' THEN NULL WHEN 'active' THEN COALESCE(ticket.accepted_at, @Now) ELSE ticket.accepted_at END,
                closed_at = CASE @To WHEN 'closed' THEN @Now END,
                updated_at = @Now
            FROM stepped
            WHERE ticket.conversation_id = stepped.id
        ), said AS (
            INSERT INTO messages (uid, conversation_id, seq, type, content, created_at)
            SELECT @MessageUid, stepped.id, stepped.last_seq, 'system', @Note, @Now FROM stepped WHERE @Notes = 1
        )
        SELECT count(*) FROM stepped
        """;

    public static Task<Guid> OpenAsync(NpgsqlConnection connection, NewTicket ticket, DateTimeOffset now)
    {
        var (topics, kinds, events) = OutboxStatement.Wanted(ticket.Topics);
        return connection.QuerySingleAsync<Guid>(Open, new
        {
            ticket.Uid,
            Customer = ticket.Customer.Value,
            Key = ticket.Key?.Value,
            ticket.Form.Subject,
            ticket.Form.Category,
            ticket.Form.Priority,
            ticket.TicketId,
            ticket.RestaurantId,
            ticket.MessageUid,
            Content = ticket.Form.InitialMessage,
            Now = now,
            Topics = topics,
            TopicKinds = kinds,
            TopicEvents = events,
        });
    }

    public static async Task<bool> TryStepAsync(NpgsqlConnection connection, TicketStep step, DateTimeOffset now) =>
        await connection.ExecuteScalarAsync<int>(Step, new
        {
            Conversation = step.Conversation.Value,
            From = step.From.Select(status => status.ToWord()).ToArray(),
            To = step.To.ToWord(),
            Agent = step.Agent?.Value,
            step.Note,
            Notes = step.Note is null ? 0L : 1L,
            MessageUid = Guid.CreateVersion7(now),
            Now = now,
        }) == 1;
}
