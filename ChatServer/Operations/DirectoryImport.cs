using ChatServer.Chat;
using ChatServer.Chat.Directory;

namespace ChatServer.Operations;

/// <summary>The command <c>import FILE</c>: the directory document from a file, for those who stand at the machine.</summary>
public sealed class DirectoryImport(IDirectoryRepository directory, TextWriter output, TextWriter error)
{
    /// <summary>The exit code: 0 taken, 1 refused or the store is down, 2 the file cannot be read. Problems are printed one a line.</summary>
    public async Task<int> RunAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await ImportAsync(path, file, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await error.WriteLineAsync($"{path} cannot be read: {e.Message}");
            return 2;
        }
        catch (UnavailableException e)
        {
            await error.WriteLineAsync($"{path} was not imported: {e.Message}");
            return 1;
        }
    }

    private async Task<int> ImportAsync(string path, FileStream file, CancellationToken cancellation)
    {
        if (file.Length > DirectoryReader.MaxBytes)
        {
            await error.WriteLineAsync($"{path} is larger than {DirectoryReader.MaxBytes} bytes");
            return 1;
        }
        var (document, problems) = await DirectoryReader.ReadAsync(file, cancellation);
        if (document is not null)
            problems = await directory.ImportAsync(document, cancellation);
        if (document is null || problems.Count > 0)
            return await RefuseAsync(path, problems);
        await output.WriteLineAsync($"{path} imported: {document.Users.Count} users, {document.Hotels.Count} hotels, {document.Departments.Count} departments, " +
            $"{document.Members.Count} members, {document.Guests.Count} guests, {document.Stays.Count} stays");
        return 0;
    }

    private async Task<int> RefuseAsync(string path, IReadOnlyList<DirectoryProblem> problems)
    {
        await error.WriteLineAsync($"{path} was refused, nothing was changed:");
        foreach (var problem in problems.Take(DirectoryProblems.Max))
            await error.WriteLineAsync($"  {string.Join(' ', new[] { problem.Path, problem.Message }.Where(part => part.Length > 0))}");
        return 1;
    }
}
