using ChatServer.Chat;
using ChatServer.Chat.Devices;
using Dapper;

namespace ChatServer.Data;

/// <summary>Where push services reach people.</summary>
internal sealed class DeviceRepository(Database database, TimeProvider clock) : IDeviceRepository
{
    // Both parts see the table as it was before: the surplus is counted without the token that comes in.
    private const string Register =
        """
        WITH surplus AS (
            DELETE FROM devices AS device
            WHERE device.id IN (
                SELECT other.id FROM devices AS other
                WHERE other.user_id = @User AND other.token <> @Token
                ORDER BY other.registered_at DESC, other.id DESC
                OFFSET @Others
            )
        )
        INSERT INTO devices AS device (token, user_id, platform, registered_at)
        VALUES (@Token, @User, @Platform, @Now)
        ON CONFLICT (token) DO UPDATE
        SET user_id = EXCLUDED.user_id, platform = EXCLUDED.platform, registered_at = EXCLUDED.registered_at
        """;

    private const string Unregister =
        """
        DELETE FROM devices AS device
        WHERE device.token = @Token AND device.user_id = @User
        """;

    private const string Forget =
        """
        DELETE FROM devices AS device
        WHERE device.id = @Id AND device.token = @Token
        """;

    private const string SelectOfUser =
        """
        SELECT device.id, device.token
        FROM devices AS device
        JOIN users AS u ON u.id = device.user_id
        WHERE u.id = @User AND u.active
        ORDER BY device.id
        """;

    private const string SelectOfStaff =
        """
        SELECT device.id, device.token
        FROM devices AS device
        JOIN users AS u ON u.id = device.user_id
        WHERE u.role IN ('staff', 'admin') AND u.active
        ORDER BY device.id
        LIMIT @Limit
        """;

    public Task RegisterAsync(UserId user, DeviceToken token, string? platform, int limit, CancellationToken cancellation) => ExecuteAsync(
        Register, new { User = user.Value, Token = token.Value, Platform = platform, Others = limit - 1, Now = clock.GetStoredNow() }, cancellation);

    public Task UnregisterAsync(UserId user, DeviceToken token, CancellationToken cancellation) =>
        ExecuteAsync(Unregister, new { User = user.Value, Token = token.Value }, cancellation);

    public Task ForgetAsync(Device device, CancellationToken cancellation) =>
        ExecuteAsync(Forget, new { Id = device.Id.Value, Token = device.Token.Value }, cancellation);

    public Task<IReadOnlyList<Device>> OfUserAsync(UserId user, CancellationToken cancellation) =>
        QueryAsync(SelectOfUser, new { User = user.Value }, cancellation);

    public Task<IReadOnlyList<Device>> OfStaffAsync(CancellationToken cancellation) =>
        QueryAsync(SelectOfStaff, new { Limit = ListBound.Rows }, cancellation);

    private Task<int> ExecuteAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.ExecuteAsync(statement, parameters), cancellation);

    private Task<IReadOnlyList<Device>> QueryAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<Device>>(async connection =>
            [.. (await connection.QueryAsync<Row>(statement, parameters)).Select(row => new Device(new DeviceId(row.Id), DeviceToken.Parse(row.Token).Value))],
            cancellation);

    private sealed record Row(long Id, string Token);
}
