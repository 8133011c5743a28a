using ChatServer.Chat;
using ChatServer.Chat.Attachments;

namespace ChatServer.Tests.InMemory;

/// <summary>Files are seen from the moment they are announced, which on one thread nobody notices.</summary>
internal sealed class InMemoryAttachments(InMemoryStore store) : IAttachmentRepository
{
    public Task AddAsync(Attachment attachment, UserId owner, CancellationToken cancellation) =>
        DoAsync(() => store.Files[attachment.Id] = (attachment, owner, null));

    public Task MarkKeptAsync(Guid id, CancellationToken cancellation) => DoAsync(() => true);

    public Task<Attachment?> FindByKeyAsync(string key, CancellationToken cancellation) =>
        DoAsync(() => store.Files.Values.Select(kept => kept.File).FirstOrDefault(file => file.Key == key));

    public Task<IReadOnlyList<Attachment>> FindOwnAsync(UserId owner, IReadOnlyCollection<Guid> ids, IReadOnlyCollection<string> keys, CancellationToken cancellation) =>
        DoAsync<IReadOnlyList<Attachment>>(() =>
            [.. store.Files.Values.Where(kept => kept.Owner == owner && (ids.Contains(kept.File.Id) || keys.Contains(kept.File.Key))).Select(kept => kept.File)]);

    public Task<IReadOnlyList<Attachment>> FindOrphansAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        DoAsync<IReadOnlyList<Attachment>>(() =>
            [.. store.Files.Values.Where(kept => kept.Message is null && kept.File.CreatedAt < before).Select(kept => kept.File).Take(limit)]);

    public Task<bool> TryRetireAsync(Guid id, CancellationToken cancellation) =>
        DoAsync(() => store.Files.TryGetValue(id, out var kept) && kept.Message is null);

    public Task RemoveAsync(Guid id, CancellationToken cancellation) => DoAsync(() => store.Files.Remove(id));

    private Task<T> DoAsync<T>(Func<T> work) => Task.FromResult(store.Locked(work));
}
