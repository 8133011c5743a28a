using ChatServer.Chat;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Users;
using ChatServer.Data.Rows;
using Dapper;

namespace ChatServer.Data;

/// <summary>Guests with their stays, departments with their members, as the directory has them.</summary>
internal sealed class GuestRepository(Database database, TimeProvider clock) : IGuestRepository
{
    private const string DepartmentColumns = "department.id, department.name, department.hotel_id, hotel.name AS hotel_name";

    private const string SelectGuest =
        """
        SELECT guest.id, guest.full_name, guest.whatsapp_number, guest.user_id, stay.hotel_id, stay.status
        FROM guests AS guest
        LEFT JOIN LATERAL (
            SELECT stay.hotel_id, stay.status FROM stays AS stay WHERE stay.guest_id = guest.id
            ORDER BY array_position('{active,pending,completed}'::text[], stay.status), stay.id DESC
            LIMIT 1
        ) AS stay ON true
        WHERE guest.whatsapp_number = ANY(@Spellings)
        ORDER BY array_position(@Spellings, guest.whatsapp_number)
        LIMIT 1
        """;

    // The guest's row is waited for, so that the user is made once.
    private const string EnsureUser =
        """
        WITH guest AS MATERIALIZED (
            SELECT guest.id, guest.full_name, guest.user_id FROM guests AS guest WHERE guest.id = @Guest FOR NO KEY UPDATE
        ), made AS (
            INSERT INTO users AS u (uid, role, user_name, full_name, source, updated_at)
            SELECT @Uid, 'customer', 'guest-' || guest.id, guest.full_name, 'directory', @Now FROM guest WHERE guest.user_id IS NULL
            RETURNING u.id
        ), linked AS (
            UPDATE guests AS guest SET user_id = made.id FROM made WHERE guest.id = @Guest
        )
        SELECT made.id FROM made
        UNION ALL
        SELECT guest.user_id FROM guest WHERE guest.user_id IS NOT NULL
        """;

    private const string SelectUser =
        $"""
        SELECT {UserRow.Columns} FROM users AS u WHERE u.id = @Id
        """;

    private const string SelectStaying =
        """
        SELECT DISTINCT stay.guest_id FROM stays AS stay WHERE stay.guest_id = ANY(@Guests) AND stay.status = 'active'
        """;

    private const string SelectDepartments =
        $"""
        SELECT {DepartmentColumns}
        FROM departments AS department
        JOIN hotels AS hotel ON hotel.id = department.hotel_id
        WHERE department.hotel_id = @Hotel
        ORDER BY department.id
        """;

    private const string SelectMemberships =
        $"""
        SELECT u.id AS user_id, {DepartmentColumns}
        FROM users AS u
        JOIN departments AS department ON u.role = 'admin' OR EXISTS (
            SELECT FROM department_members AS member WHERE member.user_id = u.id AND member.department_id = department.id)
        JOIN hotels AS hotel ON hotel.id = department.hotel_id
        WHERE u.id = ANY(@Users) AND u.active AND u.role <> 'customer'
        ORDER BY u.id, department.id
        """;

    public Task<GuestStay?> FindGuestAsync(IReadOnlyList<string> spellings, CancellationToken cancellation) => database.RepeatableAsync(async connection =>
        (await connection.QuerySingleOrDefaultAsync<GuestRow>(SelectGuest, new { Spellings = spellings.ToArray() }))?.ToGuest(), cancellation);

    public async Task<User> EnsureUserAsync(Guest guest, CancellationToken cancellation)
    {
        var id = guest.UserId?.Value ?? await MakeUserAsync(guest.Id, cancellation);
        return await database.RepeatableAsync(async connection => (await connection.QuerySingleAsync<UserRow>(SelectUser, new { Id = id })).ToUser(), cancellation);
    }

    public Task<IReadOnlyList<GuestId>> FindStayingAsync(IReadOnlyCollection<GuestId> guests, CancellationToken cancellation)
    {
        var parameters = new { Guests = guests.Select(guest => guest.Value).ToArray() };
        return database.RepeatableAsync<IReadOnlyList<GuestId>>(async connection =>
            [.. (await connection.QueryAsync<long>(SelectStaying, parameters)).Select(id => new GuestId(id))], cancellation);
    }

    public Task<IReadOnlyList<Department>> FindDepartmentsAsync(long hotel, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<Department>>(async connection =>
            [.. (await connection.QueryAsync<DepartmentRow>(SelectDepartments, new { Hotel = hotel })).Select(row => row.ToDepartment())], cancellation);

    public Task<ILookup<UserId, Department>> FindMembershipsAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellation)
    {
        var parameters = new { Users = users.Select(user => user.Value).ToArray() };
        return database.RepeatableAsync(async connection =>
            (await connection.QueryAsync<long, DepartmentRow, (UserId User, Department Department)>(
                SelectMemberships, (user, department) => (new UserId(user), department.ToDepartment()), parameters))
            .ToLookup(pair => pair.User, pair => pair.Department), cancellation);
    }

    private Task<long> MakeUserAsync(GuestId guest, CancellationToken cancellation)
    {
        var now = clock.GetStoredNow();
        var parameters = new { Guest = guest.Value, Uid = Guid.CreateVersion7(now), Now = now };
        return database.RepeatableAsync(connection => connection.QuerySingleAsync<long>(EnsureUser, parameters), cancellation);
    }

    private sealed record GuestRow(long Id, string FullName, string WhatsappNumber, long? UserId, long? HotelId, string? Status)
    {
        public GuestStay ToGuest() => new(
            new Guest(new GuestId(Id), FullName, WhatsappNumber, UserId is { } user ? new UserId(user) : null),
            HotelId is { } hotel ? (hotel, StoredWords.ToStayStatus(Status!)) : null);
    }

    private sealed record DepartmentRow(long Id, string Name, long HotelId, string HotelName)
    {
        public Department ToDepartment() => new(new DepartmentId(Id), Name, HotelId, HotelName);
    }
}
