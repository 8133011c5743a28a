namespace ChatServer.Chat.Attachments;

/// <summary>A file that has come in whole and is not kept yet; disposing it deletes it, unless it was kept.</summary>
public interface IIncomingFile : IAsyncDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>Opens it for reading; the stream can be sought in.</summary>
    Stream OpenRead();
}

/// <summary>Keeps the bytes of files, nothing else.</summary>
public interface IBlobStore
{
    /// <summary>Takes a stream in without ever holding it whole in memory. Null, and nothing left, when it is longer than <paramref name="maxBytes"/>.</summary>
    /// <exception cref="UnavailableException">There is no room for it.</exception>
    Task<IIncomingFile?> ReceiveAsync(Stream content, long maxBytes, CancellationToken cancellation);

    /// <summary>Keeps an incoming file of this store under a key of our making.</summary>
    /// <exception cref="UnavailableException">The store could not be reached, or has no room.</exception>
    Task KeepAsync(IIncomingFile file, string key, string contentType, CancellationToken cancellation);

    /// <summary>The bytes under a key; null when there is none.</summary>
    /// <exception cref="UnavailableException">The store could not be reached.</exception>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellation);

    /// <summary>Forgets a key; one that is not there is forgotten already.</summary>
    /// <exception cref="UnavailableException">The store could not be reached.</exception>
    Task DeleteAsync(string key, CancellationToken cancellation);

    /// <summary>Removes what came in and was never kept, because a process ended in between.</summary>
    /// <param name="before">Only what is older.</param>
    void SweepIncoming(DateTimeOffset before);
}
