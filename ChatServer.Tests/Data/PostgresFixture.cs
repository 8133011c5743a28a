using ChatServer.Data;
using ChatServer.Data.Cluster;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChatServer.Tests;

/// <summary>
/// One real PostgreSQL server for the whole run, started when the first test asks for a database and gone, with its folder, at the
/// end. Every test may have a database of its own: a copy of one that was migrated once.
/// </summary>
[SetUpFixture]
public sealed class PostgresFixture
{
    private static readonly string Folder = Path.Combine("/tmp", $"chatserver-tests-{Guid.NewGuid():N}");
    private static readonly Lazy<Task<PrivateCluster>> Cluster = new(StartAsync);
    private static int _databases;

    /// <summary>The connection string of a fresh database with the current schema and nothing in it.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE migrated");
        return On(name);
    }

    /// <summary>The connection string of a fresh database without any schema.</summary>
    public static async Task<string> CreateEmptyDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return On(name);
    }

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (!Cluster.IsValueCreated)
            return;
        NpgsqlConnection.ClearAllPools();
        await (await Cluster.Value).DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task<PrivateCluster> StartAsync()
    {
        Directory.CreateDirectory(Folder);
        var cluster = await PrivateCluster.StartAsync(Path.Combine(Folder, "postgres"), 200, NullLogger.Instance, CancellationToken.None);
        var template = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = "migrated", Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.ExecuteAsync("CREATE DATABASE migrated");
        await MigratorOver(Path.Combine(AppContext.BaseDirectory, "sql")).ApplyAsync(template, CancellationToken.None);
        return cluster;
    }

    internal static Migrator MigratorOver(string folder) => new(folder, TimeProvider.System, NullLogger<Migrator>.Instance);

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection((await Cluster.Value).ConnectionString + ";Pooling=false");
        await connection.ExecuteAsync(sql);
    }

    private static string On(string database) =>
        new NpgsqlConnectionStringBuilder(Cluster.Value.Result.ConnectionString) { Database = database }.ConnectionString;
}
