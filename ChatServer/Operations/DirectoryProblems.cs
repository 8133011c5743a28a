using ChatServer.Chat.Directory;

namespace ChatServer.Operations;

/// <summary>Collects what is wrong with a directory document, up to a bound: after a hundred the reader has understood.</summary>
internal sealed class DirectoryProblems
{
    public const int Max = 100;

    private readonly List<DirectoryProblem> _problems = [];

    public IReadOnlyList<DirectoryProblem> All => _problems;

    public bool IsFull => _problems.Count >= Max;

    public void Add(string path, string message)
    {
        if (!IsFull)
            _problems.Add(new DirectoryProblem(path, message));
    }
}
