using ChatServer.Chat;
using ChatServer.Chat.Directory;

namespace ChatServer.Tests.Operations;

/// <summary>A directory in memory: keeps the last document, contradicts or is down on demand.</summary>
internal sealed class InMemoryDirectory : IDirectoryRepository
{
    public DirectoryDocument? Imported { get; private set; }

    /// <summary>What the next documents are answered with.</summary>
    public IReadOnlyList<DirectoryProblem> Problems { get; set; } = [];

    public bool Down { get; set; }

    public Task<IReadOnlyList<DirectoryProblem>> ImportAsync(DirectoryDocument document, CancellationToken cancellation)
    {
        if (Down)
            throw new UnavailableException(ChatError.DbUnavailable);
        if (Problems.Count == 0)
            Imported = document;
        return Task.FromResult(Problems);
    }
}
