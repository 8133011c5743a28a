using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data.Import;

/// <summary>Writes the users of a checked document, and the permanent room that every customer has from registration on (contracts S1).</summary>
internal static class UserWriter
{
    private const string Generate = "SELECT nextval('users_id_seq') FROM generate_series(1, @Count)";

    // Null fields leave what is known; rows that would stay the same are not written. A user that a token made is the directory's from now on.
    private const string Upsert =
        """
        INSERT INTO users AS u (id, uid, external_id, role, user_name, first_name, last_name, full_name, avatar, email, phone, active, source, updated_at)
        SELECT entry.id, entry.uid, entry.external_id, entry.role, entry.user_name, entry.first_name, entry.last_name, entry.full_name,
            entry.avatar, entry.email, entry.phone, entry.active, 'directory', @Now
        FROM unnest(@Ids, @Uids, @ExternalIds, @Roles, @UserNames, @FirstNames, @LastNames, @FullNames, @Avatars, @Emails, @Phones, @Actives)
            AS entry (id, uid, external_id, role, user_name, first_name, last_name, full_name, avatar, email, phone, active)
        ON CONFLICT (id) DO UPDATE
        SET role = excluded.role,
            user_name = excluded.user_name,
            first_name = COALESCE(excluded.first_name, u.first_name),
            last_name = COALESCE(excluded.last_name, u.last_name),
            full_name = COALESCE(excluded.full_name, u.full_name),
            avatar = COALESCE(excluded.avatar, u.avatar),
            email = COALESCE(excluded.email, u.email),
            phone = COALESCE(excluded.phone, u.phone),
            active = excluded.active,
            source = 'directory',
            updated_at = excluded.updated_at
        WHERE (u.role, u.user_name, u.first_name, u.last_name, u.full_name, u.avatar, u.email, u.phone, u.active, u.source) IS DISTINCT FROM
              (excluded.role, excluded.user_name, COALESCE(excluded.first_name, u.first_name), COALESCE(excluded.last_name, u.last_name),
               COALESCE(excluded.full_name, u.full_name), COALESCE(excluded.avatar, u.avatar), COALESCE(excluded.email, u.email),
               COALESCE(excluded.phone, u.phone), excluded.active, 'directory')
        """;

    private const string MakeRooms =
        """
        INSERT INTO conversations (id, uid, kind, name, customer_id, created_at)
        SELECT fresh.id, fresh.uid, 'room', 'Support Request #' || fresh.id, fresh.customer_id, @Now
        FROM (
            SELECT nextval('conversations_id_seq') AS id, entry.uid, entry.customer_id
            FROM unnest(@Uids, @Customers) AS entry (uid, customer_id)
            WHERE NOT EXISTS (SELECT FROM conversations AS room WHERE room.customer_id = entry.customer_id AND room.kind = 'room')
        ) AS fresh
        ON CONFLICT (customer_id, kind) WHERE kind IN ('channel', 'room') DO NOTHING
        """;

    /// <summary>The id of every user that the document speaks of.</summary>
    public static async Task<IReadOnlyDictionary<Subject, long>> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<DirectoryUser> entries, StoredDirectory stored, DateTimeOffset now)
    {
        var ids = new Dictionary<Subject, long>(stored.Users);
        if (entries.Count == 0)
            return ids;
        foreach (var given in entries.Select(entry => entry.Subject).Where(subject => subject.Id is not null))
            ids[given] = given.Id!.Value.Value;
        if (entries.Max(entry => entry.Subject.Id?.Value) is { } highest)
            await IdentitySequences.MoveUsersAsync(connection, highest);
        await GenerateAsync(connection, ids, [.. entries.Select(entry => entry.Subject).Where(subject => !ids.ContainsKey(subject))]);
        await UpsertAsync(connection, entries, ids, now);
        long[] customers = [.. entries.Where(entry => entry.Role is Role.Customer).Select(entry => ids[entry.Subject])];
        await ExecuteAsync(connection, MakeRooms, new { Customers = customers, Uids = customers.Select(_ => Guid.CreateVersion7(now)).ToArray(), Now = now });
        return ids;
    }

    private static async Task GenerateAsync(NpgsqlConnection connection, Dictionary<Subject, long> ids, Subject[] fresh)
    {
        var generated = await connection.QueryAsync<long>(Generate, new { Count = fresh.Length });
        foreach (var (subject, id) in fresh.Zip(generated))
            ids[subject] = id;
    }

    private static Task<int> UpsertAsync(
        NpgsqlConnection connection, IReadOnlyList<DirectoryUser> entries, Dictionary<Subject, long> ids, DateTimeOffset now) =>
        ExecuteAsync(connection, Upsert, new
        {
            Ids = entries.Select(entry => ids[entry.Subject]).ToArray(),
            Uids = entries.Select(entry => entry.Subject.Uid ?? Guid.CreateVersion7(now)).ToArray(),
            ExternalIds = entries.Select(entry => entry.Subject.ExternalId).ToArray(),
            Roles = entries.Select(entry => entry.Role.ToWord()).ToArray(),
            UserNames = entries.Select(entry => entry.UserName).ToArray(),
            FirstNames = entries.Select(entry => entry.FirstName).ToArray(),
            LastNames = entries.Select(entry => entry.LastName).ToArray(),
            FullNames = entries.Select(entry => entry.FullName).ToArray(),
            Avatars = entries.Select(entry => entry.Avatar).ToArray(),
            Emails = entries.Select(entry => entry.Email).ToArray(),
            Phones = entries.Select(entry => entry.Phone).ToArray(),
            Actives = entries.Select(entry => entry.Active).ToArray(),
            Now = now,
        });

    private static Task<int> ExecuteAsync(NpgsqlConnection connection, string statement, object parameters) =>
        connection.ExecuteAsync(statement, parameters);
}
