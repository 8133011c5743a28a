namespace ChatServer.Chat.Attachments;

/// <summary>What is known of files. A row is there before its bytes are kept and after they are gone, so that no bytes are ever forgotten.</summary>
public interface IAttachmentRepository
{
    /// <summary>Announces a file whose bytes are about to be kept.</summary>
    Task AddAsync(Attachment attachment, UserId owner, CancellationToken cancellation);

    /// <summary>Its bytes are kept: from now on it can be attached and downloaded.</summary>
    Task MarkKeptAsync(Guid id, CancellationToken cancellation);

    /// <summary>The file under a key; null for one that is not kept.</summary>
    Task<Attachment?> FindByKeyAsync(string key, CancellationToken cancellation);

    /// <summary>Those of one owner's kept files that have one of these ids or keys, whether a message has taken them up or not; in no order.</summary>
    Task<IReadOnlyList<Attachment>> FindOwnAsync(UserId owner, IReadOnlyCollection<Guid> ids, IReadOnlyCollection<string> keys, CancellationToken cancellation);

    /// <summary>Files that no message has taken up and that are older than <paramref name="before"/>; of those never kept, older than an hour before now.</summary>
    Task<IReadOnlyList<Attachment>> FindOrphansAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Marks an orphan as going, unless a message took it up meanwhile; from now on it cannot be attached.</summary>
    Task<bool> TryRetireAsync(Guid id, CancellationToken cancellation);

    /// <summary>Its bytes are gone.</summary>
    Task RemoveAsync(Guid id, CancellationToken cancellation);
}
