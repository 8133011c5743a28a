using Dapper;
using Npgsql;

namespace ChatServer.Data;

/// <summary>
/// Brings the schema up to this version: every file not yet applied, in order, each in one transaction with the row that says so.
/// Of several servers that start at once, one does it and the others find it done.
/// </summary>
internal sealed class Migrator(string folder, TimeProvider clock, ILogger<Migrator> log)
{
    private const string Lock = "SELECT pg_advisory_lock(hashtext('ChatServer migrations'))";

    private const string CreateTable =
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            name        text PRIMARY KEY,
            checksum    text NOT NULL,
            applied_at  timestamptz NOT NULL
        )
        """;

    private const string SelectApplied = "SELECT name, checksum FROM schema_migrations";

    private const string InsertApplied =
        "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (@Name, @Checksum, @AppliedAt)";

    /// <exception cref="MigrationException">The database was made by other files than ours; the message says which.</exception>
    public async Task ApplyAsync(string connectionString, CancellationToken cancellation)
    {
        var migrations = await Migration.ReadAsync(folder, cancellation);
        // Closing the connection, which no pool keeps, gives the lock back.
        await using var connection = new NpgsqlConnection(PoolSettings.Patient(connectionString));
        await connection.OpenAsync(cancellation);
        await ExecuteAsync(connection, "SET statement_timeout = 0; SET lock_timeout = 0", null, cancellation);
        await ExecuteAsync(connection, Lock, null, cancellation);
        await ExecuteAsync(connection, CreateTable, null, cancellation);
        foreach (var migration in await PendingAsync(connection, migrations, cancellation))
            await ApplyAsync(connection, migration, cancellation);
    }

    private static async Task<IReadOnlyList<Migration>> PendingAsync(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, CancellationToken cancellation)
    {
        var rows = await connection.QueryAsync<(string Name, string Checksum)>(new CommandDefinition(SelectApplied, cancellationToken: cancellation));
        var applied = rows.ToDictionary(row => row.Name, row => row.Checksum);
        if (applied.Keys.Except(migrations.Select(migration => migration.Name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new MigrationException($"The database has migration {unknown}, which this version of the server does not know. Run the version that made it, or a newer one.");
        if (migrations.FirstOrDefault(migration => applied.TryGetValue(migration.Name, out var checksum) && checksum != migration.Checksum) is { } changed)
            throw new MigrationException($"Migration {changed.Name} was changed after it was applied. Restore the file, and put the change into a new one.");
        var pending = migrations.Where(migration => !applied.ContainsKey(migration.Name)).ToList();
        var newest = applied.Keys.Max(StringComparer.Ordinal);
        if (newest is not null && pending.FirstOrDefault(migration => string.CompareOrdinal(migration.Name, newest) < 0) is { } late)
            throw new MigrationException($"Migration {late.Name} comes before {newest}, which is applied already. Give it the next number.");
        return pending;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await ExecuteAsync(connection, migration.Sql, null, cancellation);
        }
        catch (PostgresException failure)
        {
            throw new MigrationException($"Migration {migration.Name} failed and left nothing behind: {failure.MessageText}", failure);
        }
        await ExecuteAsync(connection, InsertApplied, new { migration.Name, migration.Checksum, AppliedAt = clock.GetStoredNow() }, cancellation);
        await transaction.CommitAsync(cancellation);
        log.MigrationApplied(migration.Name);
    }

    private static Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellation) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellation));
}
