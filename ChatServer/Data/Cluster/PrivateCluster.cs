using System.Globalization;

namespace ChatServer.Data.Cluster;

/// <summary>
/// A PostgreSQL server of our own: made on the first start, a child of this process, reached by a socket that only its user and
/// root may open. Its files outlive the process, however that ends.
/// </summary>
internal sealed class PrivateCluster : IAsyncDisposable
{
    /// <summary>Connections beyond the pool: start-up, operators with psql, and those PostgreSQL keeps for superusers.</summary>
    private const int SpareConnections = 20;

    private readonly ClusterFolder _folder;
    private readonly ServerProcess _server;

    private PrivateCluster(ClusterFolder folder, ServerProcess server, string sockets)
    {
        (_folder, _server) = (folder, server);
        ConnectionString = $"Host={sockets};Port=5432;Username=chat;Database=postgres";
    }

    public string ConnectionString { get; }

    internal int ServerProcessId => _server.ProcessId;

    /// <param name="directory">An absolute path; made if it is not there.</param>
    /// <param name="connections">How many the server must allow.</param>
    /// <exception cref="IOException">It could not be made or started; the message says why and what to do.</exception>
    public static async Task<PrivateCluster> StartAsync(string directory, int connections, ILogger log, CancellationToken cancellation)
    {
        var folder = await ClusterFolder.HoldAsync(directory, cancellation);
        try
        {
            var programs = PostgresPrograms.Find(folder.Version);
            var user = await ClusterUser.ChooseAsync(folder.Data, cancellation);
            await user.OwnAsync(folder.Root, cancellation);
            await user.RequireAccessAsync(folder.Root, cancellation);
            if (folder.Version is null)
                await MakeAsync(folder, programs, user, log, cancellation);
            var sockets = await SocketFolder.MakeAsync(folder.SocketRecord, user, cancellation);
            var server = await ServerProcess.StartAsync(user.ChildCommand(Serve(programs, folder.Data, sockets, connections)), log, cancellation);
            log.ClusterStarted(folder.Version ?? "", folder.Root);
            return new PrivateCluster(folder, server, sockets);
        }
        catch
        {
            SocketFolder.Remove(folder.SocketRecord);
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        SocketFolder.Remove(_folder.SocketRecord);
        _folder.Dispose();
    }

    /// <summary>
    /// Makes the files under another name first: only what is whole and on the disk becomes <c>data</c>. The folder itself is synced
    /// as well, else a power failure could take the new name back and with it everything stored since.
    /// </summary>
    private static async Task MakeAsync(ClusterFolder folder, string programs, ClusterUser user, ILogger log, CancellationToken cancellation)
    {
        if (Directory.Exists(folder.Unfinished))
            Directory.Delete(folder.Unfinished, recursive: true);
        await ShellCommand.RequireAsync(
            user.Command(Path.Combine(programs, "initdb"), "-D", folder.Unfinished, "-U", "chat", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"),
            cancellation);
        Directory.Move(folder.Unfinished, folder.Data);
        await ShellCommand.RequireAsync(["sync", folder.Root], cancellation);
        log.ClusterMade(folder.Root);
    }

    /// <summary>Everything about durability is left as PostgreSQL ships it. Details of errors would put message text into the log.</summary>
    private static IEnumerable<string> Serve(string programs, string data, string sockets, int connections) =>
    [
        Path.Combine(programs, "postgres"), "-D", data, "-k", sockets, "-h", "", "-p", "5432",
        "-c", string.Create(CultureInfo.InvariantCulture, $"max_connections={connections + SpareConnections}"),
        "-c", "unix_socket_permissions=0700", "-c", "logging_collector=off", "-c", "log_destination=stderr",
        "-c", "lc_messages=C", "-c", "log_error_verbosity=terse",
    ];
}
