using System.Buffers;
using ChatServer.Chat;
using ChatServer.Chat.Attachments;

namespace ChatServer.Storage;

/// <summary>Files on their way in, one on disk each, so that no upload is ever whole in memory.</summary>
internal sealed class IncomingFolder
{
    private const int BufferLength = 64 * 1024;

    private readonly string _path;

    /// <param name="directory">The store's; the folder is made in it.</param>
    public IncomingFolder(string directory) => _path = Directory.CreateDirectory(Path.Combine(directory, "incoming")).FullName;

    public async Task<IIncomingFile?> ReceiveAsync(Stream content, long maxBytes, CancellationToken cancellation)
    {
        var file = new IncomingFile(Path.Combine(_path, Guid.NewGuid().ToString("N")));
        try
        {
            if (await WriteAsync(content, file.Path, maxBytes, cancellation) is { } length)
            {
                file.Length = length;
                return file;
            }
            await file.DisposeAsync();
            return null;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public void Sweep(DateTimeOffset before)
    {
        foreach (var file in new DirectoryInfo(_path).EnumerateFiles().Where(file => file.LastWriteTimeUtc < before.UtcDateTime))
            file.Delete();
    }

    private static async Task<long?> WriteAsync(Stream content, string path, long maxBytes, CancellationToken cancellation)
    {
        await using var file = Disk.Guard(() => new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        }));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var length = 0L;
            while (await content.ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                if ((length += read) > maxBytes)
                    return null;
                await Disk.GuardAsync(() => file.WriteAsync(buffer.AsMemory(0, read), cancellation).AsTask());
            }
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>A file of the folder; gone when it is disposed of, unless it was moved away.</summary>
internal sealed class IncomingFile(string path) : IIncomingFile
{
    public string Path { get; } = path;

    public long Length { get; set; }

    public Stream OpenRead() => Disk.Guard(() => File.OpenRead(Path));

    public ValueTask DisposeAsync()
    {
        File.Delete(Path);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A disk that is full or gone is the store being away, not a fault of ours.</summary>
internal static class Disk
{
    private static readonly ChatError Unavailable = new(ErrorCode.DbUnavailable, "The file storage is unavailable, try again");

    public static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(Unavailable, e);
        }
    }

    public static async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(Unavailable, e);
        }
    }
}
