using System.Net.Sockets;
using ChatServer.Data.Cluster;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChatServer.Data;

/// <summary>
/// Makes the database ready before anything is served: the private server if no other is named, then the schema. Stops the private
/// server last of all.
/// </summary>
internal sealed class DatabaseStartup(
    IOptions<DatabaseOptions> options,
    IHostEnvironment environment,
    Database database,
    Migrator migrator,
    ILogger<PrivateCluster> clusterLog) : IHostedService, IAsyncDisposable
{
    private const string SelectDurability = "SELECT current_setting('fsync') <> 'off' AND current_setting('full_page_writes') <> 'off' AND current_setting('synchronous_commit') <> 'off'";

    private readonly DatabaseOptions _options = options.Value;
    private PrivateCluster? _cluster;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var connectionString = _options.ConnectionString;
        if (connectionString.Length == 0)
        {
            var directory = await ClusterPlace.ChooseAsync(_options.Directory, environment.ContentRootPath, clusterLog, cancellationToken);
            _cluster = await PrivateCluster.StartAsync(directory, _options.MaxPoolSize, clusterLog, cancellationToken);
            connectionString = _cluster.ConnectionString;
        }
        await RequireUsableAsync(connectionString, cancellationToken);
        await migrator.ApplyAsync(connectionString, cancellationToken);
        database.Connect(connectionString);
    }

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        if (Interlocked.Exchange(ref _cluster, null) is { } cluster)
            await cluster.DisposeAsync();
    }

    private async Task RequireUsableAsync(string connectionString, CancellationToken cancellation)
    {
        try
        {
            await RequireDurabilityAsync(connectionString, cancellation);
        }
        catch (NpgsqlException refused) when (_options.ConnectionString.Length > 0)
        {
            var because = refused.InnerException is SocketException cause && cause.Message != refused.Message ? $" ({cause.Message})" : "";
            throw new IOException($"the PostgreSQL of Database:ConnectionString cannot be used: {refused.Message}{because}", refused);
        }
    }

    /// <summary>A message is acknowledged when it is on the disk (reliability P1); with such a server that would be a lie.</summary>
    private static async Task RequireDurabilityAsync(string connectionString, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(PoolSettings.Patient(connectionString));
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(SelectDurability, cancellationToken: cancellation)))
            throw new InvalidOperationException("The PostgreSQL server runs with fsync, full_page_writes or synchronous_commit off: it could lose messages that were acknowledged. Switch them on.");
    }
}
