using ChatServer.Chat;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>What people say of themselves, and when they were there last.</summary>
internal sealed class PresenceRepository(Database database, TimeProvider clock) : IPresenceRepository
{
    // A customer who was put into a thread by another user, and has neither spoken nor read there, shows nobody anything by it.
    private const string IsThere =
        """
        (other.vouched
        OR EXISTS (SELECT FROM users AS serving WHERE serving.id = other.user_id AND serving.role <> 'customer')
        OR EXISTS (SELECT FROM tallies AS tally WHERE tally.conversation_id = other.conversation_id AND tally.user_id = other.user_id))
        """;

    // Each asks by an index and stops at the first row.
    private const string SharesConversation =
        $"""
        EXISTS (SELECT FROM conversations AS own WHERE own.customer_id = u.id AND own.assignee_id = @Viewer)
        OR EXISTS (SELECT FROM conversations AS own WHERE own.customer_id = @Viewer AND own.assignee_id = u.id)
        OR EXISTS (SELECT FROM participants AS own JOIN participants AS other USING (conversation_id) WHERE own.user_id = @Viewer AND other.user_id = u.id AND {IsThere})
        """;

    private const string Select =
        $"""
        SELECT {UserRow.Columns}, (@Viewer::bigint IS NULL OR u.id = @Viewer OR {SharesConversation}) AS is_visible, {PresenceRow.Columns}
        FROM users AS u
        LEFT JOIN presences AS presence ON presence.user_id = u.id
        """;

    private const string SelectBySubjects = $"{Select} WHERE u.id = ANY(@Ids) OR u.uid = ANY(@Uids) OR u.external_id = ANY(@ExternalIds)";

    private const string SelectByIds = $"{Select} WHERE u.id = ANY(@Ids)";

    private const string SelectSaid =
        $"{Select} WHERE presence.said_at > @From AND presence.said_at <= @UpTo AND presence.status <> 'OFFLINE'";

    // All parts see the table as it was, so that this answers with what there was before.
    private const string Say =
        $"""
        WITH said AS (
            INSERT INTO presences AS presence (user_id, status, custom_status, device, said_at, last_active_at)
            VALUES (@Id, @Status, @CustomStatus, @Device, @Now, @Now)
            ON CONFLICT (user_id) DO UPDATE
            SET status = EXCLUDED.status, custom_status = EXCLUDED.custom_status, device = EXCLUDED.device, said_at = EXCLUDED.said_at,
                last_active_at = GREATEST(presence.last_active_at, EXCLUDED.last_active_at)
        )
        {Select} WHERE u.id = @Id
        """;

    // Only the latest threads of each, so that who is in very many does not hold up the others.
    private const string SelectContacts =
        $"""
        SELECT asked.id AS user_id, contact.user_id AS contact_id
        FROM unnest(@Ids) AS asked (id)
        CROSS JOIN LATERAL (
            SELECT DISTINCT contact.user_id
            FROM (
                SELECT other.conversation_id
                FROM participants AS other
                WHERE other.user_id = asked.id AND {IsThere}
                ORDER BY other.conversation_id DESC
                LIMIT @Limit
            ) AS own
            JOIN participants AS contact USING (conversation_id)
            WHERE contact.user_id <> asked.id
            LIMIT @Limit
        ) AS contact
        """;

    // In the order of ids, so that two of these cannot wait for each other.
    private const string NoteActive =
        """
        INSERT INTO presences AS presence (user_id, last_active_at)
        SELECT u.id, seen.at
        FROM unnest(@Ids, @Times) AS seen(id, at)
        JOIN users AS u ON u.id = seen.id
        ORDER BY u.id
        ON CONFLICT (user_id) DO UPDATE
        SET last_active_at = EXCLUDED.last_active_at
        WHERE presence.last_active_at < EXCLUDED.last_active_at
        """;

    public Task<IReadOnlyList<StoredPresence>> FindAsync(IReadOnlyCollection<Subject> subjects, UserId? viewer, CancellationToken cancellation) =>
        QueryAsync(SelectBySubjects, new
        {
            Ids = subjects.Select(subject => subject.Id?.Value).OfType<long>().ToArray(),
            Uids = subjects.Select(subject => subject.Uid).OfType<Guid>().ToArray(),
            ExternalIds = subjects.Select(subject => subject.ExternalId).OfType<string>().ToArray(),
            Viewer = viewer?.Value,
        }, cancellation);

    public Task<IReadOnlyList<StoredPresence>> FindAsync(IReadOnlyCollection<UserId> users, UserId? viewer, CancellationToken cancellation) =>
        QueryAsync(SelectByIds, new { Ids = users.Select(user => user.Value).ToArray(), Viewer = viewer?.Value }, cancellation);

    public Task<IReadOnlyList<StoredPresence>> FindSaidAsync(DateTimeOffset from, DateTimeOffset upTo, CancellationToken cancellation) =>
        QueryAsync(SelectSaid, new { From = from, UpTo = upTo, Viewer = (long?)null }, cancellation);

    public async Task<ILookup<UserId, UserId>> FindContactsAsync(IReadOnlyCollection<UserId> users, int limit, CancellationToken cancellation)
    {
        var parameters = new { Ids = users.Select(user => user.Value).ToArray(), Limit = limit };
        var rows = await database.RepeatableAsync(connection => connection.QueryAsync<ContactRow>(SelectContacts, parameters), cancellation);
        return rows.ToLookup(row => new UserId(row.UserId), row => new UserId(row.ContactId));
    }

    /// <summary>Not run again when its answer is lost: it would then answer with what it stored itself as what there was before.</summary>
    public async Task<(StoredPresence Before, StoredPresence After)> SayAsync(UserId user, PresenceStatement statement, CancellationToken cancellation)
    {
        var now = clock.GetStoredNow();
        var parameters = new
        {
            Id = user.Value,
            Status = statement.Status.ToWord(),
            statement.CustomStatus,
            statement.Device,
            Now = now,
            Viewer = (long?)null,
        };
        var before = (await database.OnceAsync(connection => QueryAsync(connection, Say, parameters), cancellation)).Single();
        return (before, before with { Said = statement, SaidAt = now, LastActiveAt = before.LastActiveAt > now ? before.LastActiveAt : now });
    }

    public Task NoteActiveAsync(IReadOnlyCollection<LastActive> users, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.ExecuteAsync(NoteActive, new
        {
            Ids = users.Select(seen => seen.User.Value).ToArray(),
            Times = users.Select(seen => seen.At.UtcDateTime).ToArray(),
        }), cancellation);

    private Task<IReadOnlyList<StoredPresence>> QueryAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => QueryAsync(connection, statement, parameters), cancellation);

    private static async Task<IReadOnlyList<StoredPresence>> QueryAsync(NpgsqlConnection connection, string statement, object parameters) =>
        (await connection.QueryAsync<UserRow, PresenceRow, StoredPresence>(
            statement, (user, presence) => presence.ToPresence(user), parameters, splitOn: "is_visible")).AsList();

    private sealed record ContactRow(long UserId, long ContactId);
}
