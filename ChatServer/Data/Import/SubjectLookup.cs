using ChatServer.Chat.Users;
using Dapper;
using Npgsql;

namespace ChatServer.Data.Import;

/// <summary>Which users of the store a document speaks of.</summary>
internal static class SubjectLookup
{
    // Three joins rather than one with OR: each can use its index, or a hash, however many subjects there are.
    private const string Select =
        """
        SELECT COALESCE(by_id.id, by_uid.id, by_external.id)
        FROM unnest(@Ids, @Uids, @ExternalIds) WITH ORDINALITY AS subject (id, uid, external_id, place)
        LEFT JOIN users AS by_id ON by_id.id = subject.id
        LEFT JOIN users AS by_uid ON by_uid.uid = subject.uid
        LEFT JOIN users AS by_external ON by_external.external_id = subject.external_id
        ORDER BY subject.place
        """;

    /// <summary>The id of each, in their order; null where the store has no such user.</summary>
    public static async Task<IReadOnlyList<long?>> FindAsync(NpgsqlConnection connection, IReadOnlyList<Subject> subjects)
    {
        var parameters = new
        {
            Ids = subjects.Select(subject => subject.Id?.Value).ToArray(),
            Uids = subjects.Select(subject => subject.Uid).ToArray(),
            ExternalIds = subjects.Select(subject => subject.ExternalId).ToArray(),
        };
        return subjects.Count == 0 ? [] : (await connection.QueryAsync<long?>(Select, parameters)).AsList();
    }
}
