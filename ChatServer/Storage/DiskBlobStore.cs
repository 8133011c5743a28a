using ChatServer.Chat.Attachments;

namespace ChatServer.Storage;

/// <summary>Files in folders on a local disk, 256 folders by the first two letters of the key.</summary>
internal sealed class DiskBlobStore(string directory) : IBlobStore
{
    private readonly IncomingFolder _incoming = new(directory);

    public Task<IIncomingFile?> ReceiveAsync(Stream content, long maxBytes, CancellationToken cancellation) =>
        _incoming.ReceiveAsync(content, maxBytes, cancellation);

    /// <summary>Written through to the disk before its name appears: a file that can be seen is whole, whenever the power goes.</summary>
    public Task KeepAsync(IIncomingFile file, string key, string contentType, CancellationToken cancellation)
    {
        var incoming = (IncomingFile)file;
        var path = PathOf(key);
        Disk.Guard(() =>
        {
            using (var handle = File.OpenHandle(incoming.Path, access: FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(handle);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(incoming.Path, path);
            return true;
        });
        return Task.CompletedTask;
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation) => Task.FromResult(Disk.Guard(() =>
        File.Exists(PathOf(key)) ? File.OpenRead(PathOf(key)) : default(Stream?)));

    public Task DeleteAsync(string key, CancellationToken cancellation) => Disk.GuardAsync(() =>
    {
        if (File.Exists(PathOf(key)))
            File.Delete(PathOf(key));
        return Task.CompletedTask;
    });

    public void SweepIncoming(DateTimeOffset before) => _incoming.Sweep(before);

    /// <summary>Keys are of our own making, but one that came with a request is still never trusted as a path.</summary>
    private string PathOf(string key) => key.Length > 2 && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') && !key.StartsWith('.')
        ? Path.Combine(directory, key[..2], key)
        : throw new ArgumentException("This is no key of ours", nameof(key));
}
