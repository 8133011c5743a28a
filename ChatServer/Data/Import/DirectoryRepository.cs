using ChatServer.Chat.Directory;
using Dapper;
using Npgsql;

namespace ChatServer.Data.Import;

/// <summary>Takes the directory document in: read what it refers to, check all of it, then write all of it, in one transaction.</summary>
internal sealed class DirectoryRepository(Database database, TimeProvider clock, DirectoryNews news, ILogger<DirectoryRepository> log) : IDirectoryRepository
{
    /// <summary>A hundred thousand users take some seconds; a document that takes longer than this is stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Not for ever: whoever holds the users table so long may hold it until tomorrow.
    private const string LimitWaiting = "SET LOCAL lock_timeout = '10s'";

    public Task<IReadOnlyList<DirectoryProblem>> ImportAsync(DirectoryDocument document, CancellationToken cancellation) =>
        database.ApartAsync(connection => ImportAsync(connection, document), Patience, cancellation);

    private async Task<IReadOnlyList<DirectoryProblem>> ImportAsync(NpgsqlConnection connection, DirectoryDocument document)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(LimitWaiting);
        // Two imports take turns, and no token makes a user meanwhile; messages go on.
        await IdentitySequences.LockUsersAsync(connection);
        var stored = await StoredDirectory.ReadAsync(connection, document);
        var problems = new DirectoryCheck(document, stored).Run();
        if (problems.Count > 0)
            return problems;
        await WriteAsync(connection, document, stored);
        await transaction.CommitAsync();
        news.Tell();
        log.DirectoryImported(document.Users.Count, document.Hotels.Count, document.Departments.Count, document.Members.Count, document.Guests.Count, document.Stays.Count);
        return problems;
    }

    private async Task WriteAsync(NpgsqlConnection connection, DirectoryDocument document, StoredDirectory stored)
    {
        var now = clock.GetStoredNow();
        var users = await UserWriter.WriteAsync(connection, document.Users, stored, now);
        await HotelWriter.WriteAsync(connection, document, users);
    }
}
