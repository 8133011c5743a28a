using ChatServer.Chat;
using ChatServer.Chat.Users;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>People, the same row for every dialect.</summary>
internal sealed class UserRepository(Database database, TimeProvider clock) : IUserRepository
{
    /// <summary>The column's limit; a token's longer name is no name.</summary>
    private const int MaxNameLength = 200;

    // Exactly one of the three is given; each has its unique index.
    private const string HasSubject = "(u.id = @Id OR u.uid = @Uid OR u.external_id = @ExternalId)";

    private const string SelectBySubject =
        $"""
        SELECT {UserRow.Columns}
        FROM users AS u
        WHERE {HasSubject}
        """;

    private const string SelectMany =
        $"""
        SELECT {UserRow.Columns}
        FROM users AS u
        WHERE u.id = ANY(@Ids)
        """;

    // A claim that is missing changes nothing.
    private const string IsOutdated =
        """
        u.source = 'token' AND (u.role, u.user_name, u.first_name, u.last_name, u.full_name, u.avatar, u.email, u.phone) IS DISTINCT FROM
            (COALESCE(@Role, u.role), COALESCE(@UserName, u.user_name), COALESCE(@FirstName, u.first_name), COALESCE(@LastName, u.last_name),
             COALESCE(@FullName, u.full_name), COALESCE(@Avatar, u.avatar), COALESCE(@Email, u.email), COALESCE(@Phone, u.phone))
        """;

    // Asked first, and nearly always the end of it: even an UPDATE that finds nothing to do would wait for a running import.
    private const string SelectUnlessOutdated =
        $"""
        SELECT {UserRow.Columns}
        FROM users AS u
        WHERE {HasSubject} AND NOT ({IsOutdated})
        """;

    private const string Refresh =
        $"""
        WITH changed AS (
            UPDATE users AS u
            SET role = COALESCE(@Role, u.role),
                user_name = COALESCE(@UserName, u.user_name),
                first_name = COALESCE(@FirstName, u.first_name),
                last_name = COALESCE(@LastName, u.last_name),
                full_name = COALESCE(@FullName, u.full_name),
                avatar = COALESCE(@Avatar, u.avatar),
                email = COALESCE(@Email, u.email),
                phone = COALESCE(@Phone, u.phone),
                updated_at = @Now
            WHERE {HasSubject} AND {IsOutdated}
            RETURNING {UserRow.Columns}
        )
        SELECT {UserRow.Columns} FROM changed AS u
        UNION ALL
        SELECT {UserRow.Columns} FROM users AS u WHERE {HasSubject} AND NOT EXISTS (SELECT FROM changed)
        """;

    private const string Insert =
        """
        INSERT INTO users (id, uid, external_id, role, user_name, first_name, last_name, full_name, avatar, email, phone, source, updated_at)
        VALUES (COALESCE(@Id, nextval('users_id_seq')), @NewUid, @ExternalId, COALESCE(@Role, 'customer'), COALESCE(@UserName, @Subject),
                @FirstName, @LastName, @FullName, @Avatar, @Email, @Phone, 'token', @Now)
        ON CONFLICT DO NOTHING
        """;

    public Task<User?> FindAsync(Subject subject, CancellationToken cancellation) =>
        QueryAsync(SelectBySubject, new { Id = subject.Id?.Value, subject.Uid, subject.ExternalId }, cancellation);

    public Task<IReadOnlyList<User>> FindManyAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellation) =>
        database.RepeatableAsync<IReadOnlyList<User>>(async connection =>
        {
            var rows = await connection.QueryAsync<UserRow>(SelectMany, new { Ids = ids.Select(id => id.Value).ToArray() });
            return [.. rows.Select(row => row.ToUser())];
        }, cancellation);

    public async Task<User> EnsureAsync(Subject subject, UserClaims claims, CancellationToken cancellation)
    {
        var parameters = Parameters(subject, claims);
        if (await QueryAsync(SelectUnlessOutdated, parameters, cancellation) is { } unchanged)
            return unchanged;
        if (await QueryAsync(Refresh, parameters, cancellation) is { } known)
            return known;
        await database.RepeatableAsync(connection => InsertAsync(connection, subject, parameters), cancellation);
        return await FindAsync(subject, cancellation)
            ?? throw new InvalidOperationException($"User {subject} could not be made: an id that was to be generated is taken; the identity sequence of users is behind its rows");
    }

    private static async Task<int> InsertAsync(NpgsqlConnection connection, Subject subject, object parameters)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        if (subject.Id is { } id)
            await IdentitySequences.MoveUsersAsync(connection, id.Value);
        var count = await connection.ExecuteAsync(Insert, parameters);
        await transaction.CommitAsync();
        return count;
    }

    private Task<User?> QueryAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(async connection =>
            (await connection.QuerySingleOrDefaultAsync<UserRow>(statement, parameters))?.ToUser(), cancellation);

    private object Parameters(Subject subject, UserClaims claims)
    {
        var now = clock.GetStoredNow();
        return new
        {
            Id = subject.Id?.Value,
            subject.Uid,
            subject.ExternalId,
            Subject = subject.ToString(),
            NewUid = subject.Uid ?? Guid.CreateVersion7(now),
            Role = claims.Role?.ToWord(),
            UserName = claims.UserName is { Length: > 0 and <= MaxNameLength } name ? name : null,
            claims.FirstName,
            claims.LastName,
            claims.FullName,
            claims.Avatar,
            claims.Email,
            claims.Phone,
            Now = now,
        };
    }
}
