namespace ChatServer.Chat.Directory;

/// <summary>
/// Tells whoever holds rights that rest on the directory that it has changed. Of this process alone: a directory that another process brings in is
/// found out by looking.
/// </summary>
public sealed class DirectoryNews
{
    private long _version;

    /// <summary>Runs on the importer's thread, so it must be short and must not throw.</summary>
    public event Action? Changed;

    /// <summary>Rises with each change: who has read something and finds it the same afterwards has read the latest.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>A change is committed.</summary>
    public void Tell()
    {
        Interlocked.Increment(ref _version);
        Changed?.Invoke();
    }
}
