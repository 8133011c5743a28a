using System.Globalization;

namespace ChatServer.Data.Cluster;

/// <summary>
/// Where a private server keeps its files, held by one process at a time: <c>data</c> is PostgreSQL's own, <c>lock</c> says that
/// somebody is at work, <c>socket</c> names the folder of the socket.
/// </summary>
internal sealed class ClusterFolder : IDisposable
{
    /// <summary>A server whose parent was killed is told to stop at once; a checkpoint may take it some seconds.</summary>
    private static readonly TimeSpan PatienceWithPredecessor = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _lock;

    private ClusterFolder(string root, FileStream held) => (Root, _lock) = (root, held);

    public string Root { get; }

    public string Data => Path.Combine(Root, "data");

    public string Unfinished => Path.Combine(Root, "data.unfinished");

    public string SocketRecord => Path.Combine(Root, "socket");

    /// <summary>The major version of PostgreSQL that wrote the files; null when there are none yet.</summary>
    public string? Version
    {
        get
        {
            var file = Path.Combine(Data, "PG_VERSION");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
    }

    /// <exception cref="IOException">Another process holds the folder, or a server in it does not end.</exception>
    public static async Task<ClusterFolder> HoldAsync(string path, CancellationToken cancellation)
    {
        var root = Make(path);
        var folder = new ClusterFolder(root, Lock(root));
        try
        {
            await folder.AwaitPredecessorAsync(cancellation);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string Make(string path)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Database:Directory cannot be {path}: {refused.Message}", refused);
        }
    }

    private static FileStream Lock(string root)
    {
        try
        {
            // The system lets go of it when the process ends, however it ends.
            return new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(
                $"Database:Directory is {root}, which belongs to another user than {Environment.UserName}. Set it to a folder of your own.", refused);
        }
        catch (IOException taken) when (taken is not DirectoryNotFoundException)
        {
            throw new IOException(
                $"Another server process runs on {root} already. End it first, or give this one its own Database:Directory, " +
                "or let both use one PostgreSQL server through Database:ConnectionString.", taken);
        }
    }

    private async Task AwaitPredecessorAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(PatienceWithPredecessor);
        using var timer = new PeriodicTimer(PollInterval);
        try
        {
            while (IsServerRunning())
                await timer.WaitForNextTickAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"A PostgreSQL server from an earlier run still works in {Data}; end it and start again.");
        }
    }

    /// <summary>The first line of <c>postmaster.pid</c> is the process; after a crash it may be anybody's by now, so its command line is asked.</summary>
    private bool IsServerRunning()
    {
        try
        {
            var process = File.ReadLines(Path.Combine(Data, "postmaster.pid")).FirstOrDefault();
            return int.TryParse(process, CultureInfo.InvariantCulture, out var id) &&
                File.ReadAllText($"/proc/{id}/cmdline").Contains(Data, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }
}
