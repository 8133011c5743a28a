using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Users;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>
/// Conversations of guests, and threads where a hotel's people read them. Whatever ends or begins a stay locks its row first, as storing a message
/// does.
/// </summary>
internal sealed class StayRepository(Database database, TimeProvider clock) : IStayRepository
{
    public const string OneActive = "stay_conversations_one_active";

    /// <summary>Looks until a conversation is found that others make and close meanwhile.</summary>
    private const int Attempts = 5;

    // Nothing is written, and no id is spent, where the conversation is there. Empty when another made it while this looked. The conversation follows its
    // place, because the place decides the race; that it refers to a row which is not there yet is asked at the end of the statement.
    private const string Ensure =
        """
        WITH known AS MATERIALIZED (
            SELECT place.conversation_id FROM stay_conversations AS place
            WHERE place.guest_id = @Guest AND place.hotel_id = @Hotel AND place.department_id = @Department AND place.type = @Type AND place.active
        ), made AS (
            INSERT INTO stay_conversations AS place (conversation_id, guest_id, hotel_id, department_id, type)
            SELECT nextval('conversations_id_seq'), @Guest, @Hotel, @Department, @Type WHERE NOT EXISTS (SELECT FROM known)
            ON CONFLICT (guest_id, hotel_id, department_id, type) WHERE active DO NOTHING
            RETURNING place.conversation_id
        ), conversation AS (
            INSERT INTO conversations (id, uid, kind, name, customer_id, created_at)
            SELECT made.conversation_id, @Uid, 'stay', @Name, @User, @Now FROM made
        )
        SELECT made.conversation_id, true AS is_new FROM made
        UNION ALL
        SELECT known.conversation_id, false FROM known
        """;

    private const string SelectLatest =
        """
        SELECT conversation.id
        FROM stay_conversations AS place
        JOIN conversations AS conversation ON conversation.id = place.conversation_id
        WHERE place.guest_id = @Guest AND place.active
        ORDER BY conversation.last_message_at DESC NULLS LAST, conversation.id DESC
        LIMIT 1
        """;

    private const string SelectByKey =
        """
        SELECT message.conversation_id FROM messages AS message WHERE message.sender_id = @Sender AND message.client_key = @Key
        """;

    // Of a stay, what the guest said and nobody has read; of a thread, what the reader has not.
    private const string Summaries =
        $"""
        SELECT CASE conversation.kind WHEN 'thread' THEN {TicketRow.UnreadCount} ELSE (
                SELECT count(*)
                FROM messages AS said
                WHERE said.conversation_id = conversation.id AND said.sender_id = conversation.customer_id
                  AND NOT EXISTS (SELECT FROM receipts AS receipt WHERE receipt.message_id = said.id AND receipt.user_id <> said.sender_id)
            ) END AS unread,
            {ConversationRow.Columns}, {UserRow.CustomerColumns}, {MessageRow.Columns}, {UserRow.SenderColumns}
        FROM chosen
        JOIN conversations AS conversation ON conversation.id = chosen.id AND conversation.kind IN ('stay', 'thread')
        JOIN users AS customer ON customer.id = conversation.customer_id
        LEFT JOIN tallies AS tally ON tally.conversation_id = conversation.id AND tally.user_id = @Reader
        LEFT JOIN messages AS message ON message.conversation_id = conversation.id AND message.seq = conversation.last_seq
        LEFT JOIN users AS sender ON sender.id = message.sender_id
        """;

    private const string SelectOne =
        $"""
        WITH chosen AS (SELECT @Id AS id)
        {Summaries}
        """;

    internal const string SelectList =
        $"""
        WITH chosen AS (
            SELECT place.conversation_id AS id
            FROM stay_conversations AS place
            WHERE place.active AND (@Role = 'admin' OR (@Role = 'staff' AND EXISTS (
                SELECT FROM department_members AS member WHERE member.department_id = place.department_id AND member.user_id = @Reader)))
            UNION ALL
            SELECT participant.conversation_id FROM participants AS participant WHERE participant.user_id = @Reader
        )
        {Summaries}
        ORDER BY conversation.last_message_at DESC NULLS LAST, conversation.id DESC
        LIMIT @Limit
        """;

    // Counted into the reader's tally, as every receipt is.
    private const string MarkRead =
        """
        WITH meant AS MATERIALIZED (
            SELECT message.id, message.uid, message.seq
            FROM conversations AS conversation
            JOIN messages AS message ON message.conversation_id = conversation.id
                AND CASE conversation.kind WHEN 'thread' THEN message.sender_id <> @Reader ELSE message.sender_id = conversation.customer_id END
            WHERE conversation.id = @Id AND (@Messages::bigint[] IS NULL OR message.id = ANY(@Messages))
              AND NOT EXISTS (
                SELECT FROM receipts AS earlier
                WHERE earlier.message_id = message.id
                  AND CASE conversation.kind WHEN 'thread' THEN earlier.user_id = @Reader ELSE earlier.user_id <> message.sender_id END)
        ), noted AS (
            INSERT INTO receipts (message_id, user_id, read_at)
            SELECT meant.id, @Reader, @Now FROM meant ORDER BY meant.seq DESC
            ON CONFLICT (message_id, user_id) DO NOTHING
            RETURNING message_id
        ), tallied AS (
            INSERT INTO tallies AS tally (conversation_id, user_id, read, read_at)
            SELECT @Id, @Reader, count(*), @Now FROM noted HAVING count(*) > 0
            ON CONFLICT (conversation_id, user_id) DO UPDATE SET read = tally.read + EXCLUDED.read, read_at = EXCLUDED.read_at
        )
        SELECT meant.id, meant.uid FROM noted JOIN meant ON meant.id = noted.message_id ORDER BY meant.id
        """;

    private const string SetActive =
        """
        WITH found AS MATERIALIZED (
            SELECT conversation.id FROM conversations AS conversation
            WHERE conversation.id = @Id AND conversation.kind = 'stay' AND (conversation.status = 'closed') = @Active
            FOR NO KEY UPDATE
        ), changed AS (
            UPDATE conversations AS conversation SET status = CASE WHEN @Active THEN 'open' ELSE 'closed' END FROM found WHERE conversation.id = found.id
        )
        UPDATE stay_conversations AS place SET active = @Active FROM found WHERE place.conversation_id = found.id
        """;

    // What comes before it begins with the stays; each part of the choice has an index of its own.
    private const string OrThreads =
        """
            UNION
            SELECT participant.conversation_id FROM participants AS participant WHERE participant.user_id = @Participant
        )
        """;

    private const string SelectSaid =
        $"""
        SELECT {MessageRow.Columns}, {UserRow.SenderColumns}, {ConversationRow.Columns}, {UserRow.CustomerColumns}
        FROM conversations AS conversation
        JOIN users AS customer ON customer.id = conversation.customer_id
        JOIN messages AS message ON message.conversation_id = conversation.id
        JOIN users AS sender ON sender.id = message.sender_id
        """;

    internal const string SelectAfterInDepartments =
        $"""
        WITH chosen AS MATERIALIZED (
            SELECT place.conversation_id AS id FROM stay_conversations AS place WHERE place.department_id = ANY(@Departments) AND place.type = 'service'
        {OrThreads}
        {SelectSaid}
        JOIN chosen ON chosen.id = conversation.id
        WHERE message.id > @After
        ORDER BY message.id
        LIMIT @Limit
        """;

    // All that is theirs is found before any of it is cut off: somebody who wants a few rows in the order of ids is otherwise thought to meet
    // them soon on a walk through everybody's, and what a guest said stands close together at its end.
    internal const string SelectAfterOfGuest =
        $"""
        WITH chosen AS MATERIALIZED (
            SELECT place.conversation_id AS id FROM stay_conversations AS place WHERE place.guest_id = @Guest
        {OrThreads}, said AS MATERIALIZED (
            SELECT message.id FROM chosen JOIN messages AS message ON message.conversation_id = chosen.id WHERE message.id > @After
        ), next AS MATERIALIZED (
            SELECT said.id FROM said ORDER BY said.id LIMIT @Limit
        )
        {SelectSaid}
        JOIN next ON next.id = message.id
        ORDER BY message.id
        """;

    public async Task<(ConversationId Id, bool IsNew)> EnsureAsync(Guest guest, User user, Department department, StayType type, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryEnsureAsync(guest, user, department, type, cancellation) is { } place)
                return (new ConversationId(place.ConversationId), place.IsNew);
        }
        throw new UnavailableException(ChatError.Busy);
    }

    public Task<ConversationId?> FindLatestAsync(GuestId guest, CancellationToken cancellation) =>
        FindIdAsync(SelectLatest, new { Guest = guest.Value }, cancellation);

    public Task<ConversationId?> FindByKeyAsync(UserId sender, ClientKey key, CancellationToken cancellation) =>
        FindIdAsync(SelectByKey, new { Sender = sender.Value, Key = key.Value }, cancellation);

    public Task<IReadOnlyList<StaySummary>> ListAsync(User reader, CancellationToken cancellation) =>
        QueryAsync(SelectList, new { Reader = reader.Id.Value, Role = reader.Role.ToWord(), Limit = ListBound.Rows }, cancellation);

    public async Task<StaySummary?> FindAsync(ConversationId id, UserId reader, CancellationToken cancellation) =>
        (await QueryAsync(SelectOne, new { Id = id.Value, Reader = reader.Value }, cancellation)).SingleOrDefault();

    public Task<IReadOnlyList<(MessageId Id, Guid Uid)>> MarkReadAsync(
        ConversationId id, UserId reader, IReadOnlyCollection<MessageId>? messages, CancellationToken cancellation)
    {
        var parameters = new { Id = id.Value, Reader = reader.Value, Messages = messages?.Select(message => message.Value).ToArray(), Now = clock.GetStoredNow() };
        return database.OnceAsync<IReadOnlyList<(MessageId, Guid)>>(async connection =>
            [.. (await connection.QueryAsync<(long Id, Guid Uid)>(MarkRead, parameters)).Select(message => (new MessageId(message.Id), message.Uid))], cancellation);
    }

    public Task<bool> TryCloseAsync(ConversationId id, CancellationToken cancellation) => SetActiveAsync(id, active: false, cancellation);

    public async Task<bool> TryReopenAsync(ConversationId id, CancellationToken cancellation)
    {
        try
        {
            return await SetActiveAsync(id, active: true, cancellation);
        }
        catch (PostgresException other) when (PgErrors.Violates(other, OneActive))
        {
            return false;
        }
    }

    public Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadAfterAsync(
        IReadOnlyCollection<DepartmentId> departments, UserId? participant, MessageId after, int limit, CancellationToken cancellation) => ReadAfterAsync(
            SelectAfterInDepartments,
            new { Departments = departments.Select(department => department.Value).ToArray(), Participant = participant?.Value, After = after.Value, Limit = limit }, cancellation);

    public Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadAfterAsync(
        GuestId guest, UserId participant, MessageId after, int limit, CancellationToken cancellation) =>
        ReadAfterAsync(SelectAfterOfGuest, new { Guest = guest.Value, Participant = participant.Value, After = after.Value, Limit = limit }, cancellation);

    private Task<PlaceRow?> TryEnsureAsync(Guest guest, User user, Department department, StayType type, CancellationToken cancellation)
    {
        var now = clock.GetStoredNow();
        var parameters = new
        {
            Guest = guest.Id.Value,
            Hotel = department.HotelId,
            Department = department.Id.Value,
            Type = type.ToWord(),
            Uid = Guid.CreateVersion7(now),
            department.Name,
            User = user.Id.Value,
            Now = now,
        };
        return database.RepeatableAsync(connection => connection.QuerySingleOrDefaultAsync<PlaceRow>(Ensure, parameters), cancellation);
    }

    private Task<ConversationId?> FindIdAsync(string statement, object parameters, CancellationToken cancellation) => database.RepeatableAsync(async connection =>
        await connection.QuerySingleOrDefaultAsync<long?>(statement, parameters) is { } id ? new ConversationId(id) : default(ConversationId?), cancellation);

    private Task<bool> SetActiveAsync(ConversationId id, bool active, CancellationToken cancellation) =>
        database.OnceAsync(async connection => await connection.ExecuteAsync(SetActive, new { Id = id.Value, Active = active }) == 1, cancellation);

    private Task<IReadOnlyList<StaySummary>> QueryAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<StaySummary>>(async connection =>
            (await connection.QueryAsync<long, ConversationRow, UserRow, MessageRow?, UserRow?, StaySummary>(
                statement, (unread, conversation, customer, last, sender) => new StaySummary(conversation.ToDetail(customer, null, last, sender), unread),
                parameters)).AsList(), cancellation);

    private Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadAfterAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<(Message, Conversation)>>(async connection =>
            (await connection.QueryAsync<MessageRow, UserRow, ConversationRow, UserRow, (Message, Conversation)>(
                statement, (message, sender, conversation, customer) => (message.ToMessage(sender), conversation.ToConversation(customer)), parameters)).AsList(), cancellation);

    private sealed record PlaceRow(long ConversationId, bool IsNew);
}
