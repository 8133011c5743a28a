using Npgsql;

namespace ChatServer.Tests.Support;

/// <summary>A PostgreSQL of one test's own, on a unix socket only, so that the test may stop it. Gone with its files when disposed of.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _folder;
    private ChildProcess? _server;

    private PostgresCluster(string folder) => _folder = folder;

    /// <summary>The socket that PostgreSQL listens on.</summary>
    public string SocketPath => Path.Combine(_folder, ".s.PGSQL.5432");

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgresCluster> StartNewAsync()
    {
        // A short path: a socket's may have 107 bytes.
        var cluster = new PostgresCluster(Directory.CreateTempSubdirectory("chat-").FullName);
        if (IsRoot)
            await RunAsync("chown", "postgres", cluster._folder);
        await RunAsync([.. Program("initdb"), "-D", cluster.Data, "-U", "chat", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        await cluster.StartAsync();
        return cluster;
    }

    public string ConnectionString(string database) => $"Host={_folder};Username=chat;Database={database}";

    /// <summary>A new, empty database; its name.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return name;
    }

    public async Task StartAsync()
    {
        string[] command = [.. Program("postgres"), "-D", Data, "-k", _folder, "-h", ""];
        _server = ChildProcess.Start(command[0], command[1..], English, "/");
        await _server.WaitForLineAsync(line => line.EndsWith("ready to accept connections", StringComparison.Ordinal), "PostgreSQL was ready");
    }

    /// <summary>A fast shutdown: open connections are cut.</summary>
    public async Task StopAsync()
    {
        await _server!.StopAsync("INT");
        await _server.DisposeAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await StopAsync();
        Directory.Delete(_folder, true);
    }

    /// <summary>The log is read for its words.</summary>
    private static Dictionary<string, string> English { get; } = new() { ["LC_ALL"] = "C" };

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>The command line of one of PostgreSQL's programs, which refuse to run as root.</summary>
    private static string[] Program(string name)
    {
        var program = Path.Combine(Bin(), name);
        return IsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program] : [program];
    }

    private static string Bin() => Environment.GetEnvironmentVariable("PG_BIN") ??
        Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.Parse(Path.GetFileName(folder), null)).First() + "/bin";

    private static async Task RunAsync(params string[] command)
    {
        await using var process = ChildProcess.Start(command[0], command[1..], English, "/");
        Assert.That(await process.WaitForExitAsync(), Is.Zero, process.Transcript);
    }
}
