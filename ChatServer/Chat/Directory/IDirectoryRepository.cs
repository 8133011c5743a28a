namespace ChatServer.Chat.Directory;

public interface IDirectoryRepository
{
    /// <summary>
    /// Upserts the whole document in one transaction. Answers with the entries that contradict each other or the store (an unknown
    /// hotel, a number that another guest has); with any such entry nothing is changed. An empty answer means it is all in.
    /// </summary>
    Task<IReadOnlyList<DirectoryProblem>> ImportAsync(DirectoryDocument document, CancellationToken cancellation);
}
