using System.Security.Cryptography;
using System.Threading.RateLimiting;

namespace ChatServer.Chat.Attachments;

/// <summary>Takes files in, hands them out, and clears away those that nobody used.</summary>
public sealed class AttachmentService(IBlobStore blobs, IAttachmentRepository attachments, UploadOptions options, TimeProvider time) : IDisposable
{
    private static readonly ChatError Empty = ChatError.Invalid("The file is empty");
    private static readonly ChatError NotAllowed = ChatError.Invalid("File type not allowed");
    private static readonly ChatError TooManyPixels = ChatError.Invalid("The image has too many pixels");
    private static readonly ChatError NotFound = ChatError.NotFound("Attachment");
    private static readonly ChatError TooManyUploads = new(ErrorCode.RateLimited, "Too many uploads at a time");

    private readonly PartitionedRateLimiter<UserId> _running = PartitionedRateLimiter.Create<UserId, UserId>(user =>
        RateLimitPartition.GetConcurrencyLimiter(user, _ => new ConcurrencyLimiterOptions { PermitLimit = options.ParallelPerUser }));

    /// <summary>Runs an upload of one user, if not too many are running.</summary>
    public async Task<Result<T>> RunAsync<T>(UserId user, Func<Task<Result<T>>> upload)
    {
        using var place = _running.AttemptAcquire(user);
        return place.IsAcquired ? await upload() : TooManyUploads;
    }

    /// <summary>
    /// Takes one file in. A bad one is <see cref="ErrorCode.Invalid"/>; nothing of it is left then, as when the client or the store goes away.
    /// </summary>
    /// <param name="owner">Who may attach it.</param>
    /// <param name="name">As the client calls it.</param>
    /// <param name="content">Read to its end, or until it is too long.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnavailableException">It could not be kept.</exception>
    public async Task<Result<Attachment>> ReceiveAsync(UserId owner, string? name, Stream content, CancellationToken cancellation)
    {
        var clean = FileName.Clean(name);
        await using var file = await blobs.ReceiveAsync(content, options.MaxFileBytes, cancellation);
        if (file is null)
            return ChatError.Invalid($"File too large, at most {options.MaxFileBytes / 1_048_576.0:0.##} MB");
        if (!Inspect(clean, file).TryGet(out var kind, out var error))
            return error;
        var attachment = new Attachment(Guid.CreateVersion7(), clean, kind.ContentType, file.Length, NewKey(kind), time.GetUtcNow());
        await attachments.AddAsync(attachment, owner, cancellation);
        try
        {
            await blobs.KeepAsync(file, attachment.Key, kind.ContentType, cancellation);
            await attachments.MarkKeptAsync(attachment.Id, cancellation);
        }
        catch
        {
            await DiscardAsync([attachment]);
            throw;
        }
        return attachment;
    }

    /// <summary>The sender's own files that a message names by id or by key, each once and in that order; all of them, or none.</summary>
    public async Task<Result<IReadOnlyList<Attachment>>> ResolveAsync(UserId owner, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        if (names.Count > options.MaxFiles)
            return ChatError.Invalid($"Too many files, at most {options.MaxFiles}");
        var ids = names.Where(name => Guid.TryParseExact(name, "D", out _)).Select(Guid.Parse).ToHashSet();
        var keys = names.Where(IsKey).ToHashSet();
        var found = names.Count == 0 ? [] : await attachments.FindOwnAsync(owner, ids, keys, cancellation);
        var named = names.Select(name => found.FirstOrDefault(file => file.Key == name || file.Id.ToString().Equals(name, StringComparison.OrdinalIgnoreCase))).ToList();
        return named.Contains(null) ? NotFound : Result.Ok<IReadOnlyList<Attachment>>([.. named.OfType<Attachment>().DistinctBy(file => file.Id)]);
    }

    /// <summary>A file and its bytes, by the key that only those know who were given it; null when there is none.</summary>
    public async Task<(Attachment Attachment, Stream Content)?> OpenAsync(string key, CancellationToken cancellation) =>
        IsKey(key) && await attachments.FindByKeyAsync(key, cancellation) is { } attachment && await blobs.OpenAsync(key, cancellation) is { } content
            ? (attachment, content)
            : null;

    /// <summary>Removes files of a request that failed; what cannot be removed now is left to <see cref="SweepAsync"/>.</summary>
    public async Task DiscardAsync(IEnumerable<Attachment> unused)
    {
        foreach (var attachment in unused)
        {
            try
            {
                await RemoveAsync(attachment, CancellationToken.None);
            }
            catch (UnavailableException)
            {
                // Its row stays, and with it the memory of its bytes.
                continue;
            }
        }
    }

    /// <summary>Removes files that no message took up in time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        blobs.SweepIncoming(time.GetUtcNow().AddHours(-1));
        var removed = 0;
        foreach (var orphan in await attachments.FindOrphansAsync(time.GetUtcNow().AddHours(-options.OrphanHours), limit: 1000, cancellation))
        {
            if (await RemoveAsync(orphan, cancellation))
                removed++;
        }
        return removed;
    }

    public void Dispose() => _running.Dispose();

    private async Task<bool> RemoveAsync(Attachment attachment, CancellationToken cancellation)
    {
        if (!await attachments.TryRetireAsync(attachment.Id, cancellation))
            return false;
        await blobs.DeleteAsync(attachment.Key, cancellation);
        await attachments.RemoveAsync(attachment.Id, cancellation);
        return true;
    }

    private Result<FileKind> Inspect(string name, IIncomingFile file)
    {
        if (file.Length == 0)
            return Empty;
        if (FileKind.Of(name) is not { } kind)
            return NotAllowed;
        using var content = file.OpenRead();
        if (FileContent.Recognize(content) != kind.Family)
            return NotAllowed;
        if (!kind.ContentType.StartsWith("image/", StringComparison.Ordinal))
            return kind;
        return ImageSize.Pixels(kind.Family, content) is { } pixels
            ? pixels <= options.MaxImagePixels ? kind : TooManyPixels
            : NotAllowed;
    }

    /// <summary>Whether this can be one: others are not looked for, least of all with a NUL in them.</summary>
    private static bool IsKey(string name) => name.Length <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '.');

    private static string NewKey(FileKind kind) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + kind.Extension;
}
