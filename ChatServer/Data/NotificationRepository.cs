using ChatServer.Chat;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Users;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>What services tell users. Every statement that writes takes the user's box first, whose lock puts them into an order.</summary>
internal sealed class NotificationRepository(Database database, TimeProvider clock) : INotificationRepository
{
    private const string KeyConstraint = "notifications_sender_client_key_key";

    private const string Append =
        $"""
        WITH known AS MATERIALIZED (
            SELECT notification.id
            FROM notifications AS notification
            WHERE notification.uid = @Uid OR (notification.sender = @Sender AND notification.client_key = @Key)
        ), box AS (
            INSERT INTO notification_boxes AS box (user_id, last_seq, unread)
            SELECT @User, 1, 1
            WHERE NOT EXISTS (SELECT FROM known)
            ON CONFLICT (user_id) DO UPDATE SET last_seq = box.last_seq + 1, unread = box.unread + 1
            RETURNING box.last_seq
        ), stored AS (
            INSERT INTO notifications AS notification (uid, user_id, seq, sender, client_key, title, body, type, data, created_at)
            SELECT @Uid, @User, box.last_seq, @Sender, @Key, @Title, @Body, @Type, @Data::jsonb, @Now
            FROM box
            RETURNING {NotificationRow.Columns}, true AS is_same
        )
        SELECT * FROM stored
        UNION ALL
        SELECT {NotificationRow.Columns},
            notification.user_id = @User AND (notification.title, notification.body, notification.type, notification.data) = (@Title, @Body, @Type, @Data::jsonb) AS is_same
        FROM notifications AS notification
        JOIN known ON known.id = notification.id
        """;

    private const string SelectSeq =
        """
        SELECT notification.seq FROM notifications AS notification WHERE notification.uid = @Uid AND notification.user_id = @User
        """;

    private const string SelectUnread = "SELECT box.unread FROM notification_boxes AS box WHERE box.user_id = @User";

    private const string SelectPage =
        $"""
        SELECT {NotificationRow.Columns}
        FROM notifications AS notification
        WHERE notification.user_id = @User AND notification.seq < @Before
        ORDER BY notification.seq DESC
        LIMIT @Limit
        """;

    private const string SelectUnreadPage =
        $"""
        SELECT {NotificationRow.Columns}
        FROM notifications AS notification
        WHERE notification.user_id = @User AND notification.seq < @Before AND notification.read_at IS NULL
        ORDER BY notification.seq DESC
        LIMIT @Limit
        """;

    private const string SelectAfter =
        $"""
        SELECT {NotificationRow.Columns}
        FROM notifications AS notification
        WHERE notification.user_id = @User AND notification.seq > @After AND notification.read_at IS NULL
        ORDER BY notification.seq
        LIMIT @Limit
        """;

    private const string MarkRead =
        """
        WITH box AS MATERIALIZED (
            SELECT box.user_id FROM notification_boxes AS box WHERE box.user_id = @User FOR UPDATE
        ), marked AS (
            UPDATE notifications AS notification
            SET read_at = @Now
            FROM box
            WHERE notification.user_id = box.user_id AND notification.read_at IS NULL AND (@Uids::uuid[] IS NULL OR notification.uid = ANY(@Uids))
            RETURNING notification.id
        ), counted AS (
            UPDATE notification_boxes AS box
            SET unread = box.unread - (SELECT count(*) FROM marked)
            WHERE box.user_id = @User
        )
        SELECT count(*) FROM marked
        """;

    public async Task<NotificationOutcome> AppendAsync(NewNotification notification, CancellationToken cancellation)
    {
        var parameters = Parameters(notification);
        var wasSent = false;
        try
        {
            return await database.OnceAsync(connection =>
            {
                wasSent = true;
                return AppendAsync(connection, notification, parameters);
            }, cancellation);
        }
        catch (PostgresException twin) when (PgErrors.Violates(twin, KeyConstraint))
        {
            return await database.OnceAsync(connection => AppendAsync(connection, notification, parameters), cancellation);
        }
        catch (UnavailableException lost) when (wasSent && PgErrors.IsOutcomeUnknown(lost.InnerException))
        {
            // Under its uid it is stored once, however often the statement is run.
            return await database.RepeatableAsync(
                connection => AppendAsync(connection, notification, parameters), database.Options.Afterthought, CancellationToken.None);
        }
    }

    public Task<long?> FindSeqAsync(UserId user, Guid uid, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.ExecuteScalarAsync<long?>(SelectSeq, new { Uid = uid, User = user.Value }), cancellation);

    public Task<NotificationPage> ListAsync(User user, long before, int limit, bool unreadOnly, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
        {
            // One more than asked for tells whether there are more.
            var rows = (await connection.QueryAsync<NotificationRow>(
                unreadOnly ? SelectUnreadPage : SelectPage, new { User = user.Id.Value, Before = before, Limit = limit + 1 })).AsList();
            var unread = await connection.ExecuteScalarAsync<long?>(SelectUnread, new { User = user.Id.Value });
            return new NotificationPage([.. rows.Take(limit).Select(row => row.ToNotification(user))], rows.Count > limit, unread ?? 0);
        }, cancellation);

    public Task<IReadOnlyList<Notification>> ReadAfterAsync(User user, long after, int limit, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<Notification>>(async connection =>
            [.. (await connection.QueryAsync<NotificationRow>(SelectAfter, new { User = user.Id.Value, After = after, Limit = limit })).Select(row => row.ToNotification(user))],
            cancellation);

    public Task<int> MarkReadAsync(UserId user, IReadOnlyCollection<Guid>? which, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.ExecuteScalarAsync<int>(
            MarkRead, new { User = user.Value, Uids = which?.ToArray(), Now = clock.GetStoredNow() }), cancellation);

    private static async Task<NotificationOutcome> AppendAsync(NpgsqlConnection connection, NewNotification notification, object parameters)
    {
        var row = await connection.QuerySingleAsync<OutcomeRow>(Append, parameters);
        return !row.IsSame ? new NotificationOutcome.KeyReused()
            : row.Uid == notification.Uid ? new NotificationOutcome.Stored(row.ToNotification(notification.To))
            : new NotificationOutcome.Repeated(row.ToNotification(notification.To));
    }

    private object Parameters(NewNotification notification) => new
    {
        notification.Uid,
        User = notification.To.Id.Value,
        notification.Sender,
        Key = notification.Key?.Value,
        notification.Title,
        notification.Body,
        notification.Type,
        Data = NotificationRow.Write(notification.Data),
        Now = clock.GetStoredNow(),
    };

    private sealed record OutcomeRow(
        Guid Uid, long Seq, string Title, string Body, string Type, string Data, DateTime CreatedAt, DateTime? ReadAt, bool IsSame)
    {
        public Notification ToNotification(User user) => new NotificationRow(Uid, Seq, Title, Body, Type, Data, CreatedAt, ReadAt).ToNotification(user);
    }
}
