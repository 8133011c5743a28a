using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>Keeps generated ids above the ones that were given from outside.</summary>
internal static class IdentitySequences
{
    // Every INSERT into users, and with it every id taken from the sequence, waits for this lock; reading users and referring to them does not.
    private const string LockUsers = "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE";

    private const string MoveUsers = "SELECT setval('users_id_seq', GREATEST(@Id, last_value), is_called OR @Id >= last_value) FROM users_id_seq";

    /// <summary>Makes this transaction the only one that writes users, to its end.</summary>
    public static Task LockUsersAsync(NpgsqlConnection connection) =>
        connection.ExecuteAsync(LockUsers);

    /// <summary>Locks the users and moves their sequence to <paramref name="id"/> at least. Never moves it back.</summary>
    public static async Task MoveUsersAsync(NpgsqlConnection connection, long id)
    {
        await LockUsersAsync(connection);
        await connection.ExecuteAsync(MoveUsers, new { Id = id });
    }
}
