using System.Globalization;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;
using ChatServer.Identity;

namespace ChatServer.Operations;

/// <summary>
/// The command <c>token DIALECT USERNAME [--hours N] [--directory FILE]</c>: prints a token as the dialect's own application would make it.
/// </summary>
public sealed class TokenCommand(TokenIssuer issuer, TextWriter output, TextWriter error)
{
    private const string Usage = "usage: token DIALECT USERNAME [--hours N] [--directory FILE]";

    /// <summary>Hours: a working day and a bit, so that a token pasted in the morning holds until the evening.</summary>
    internal const int DefaultHours = 12;

    /// <summary>The demo's directory, where the build puts it.</summary>
    public static string DemoDirectory => Path.Combine(AppContext.BaseDirectory, "sql", "demo.json");

    /// <summary>The exit code: 0 with the token on the output; 2, and why on the error output.</summary>
    /// <param name="arguments">What follows the word <c>token</c>.</param>
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        if (TokenArguments.TryParse(arguments) is not { } asked)
            return await FailAsync(Usage);
        if (!DemoDialect.All.TryGetValue(asked.Dialect, out var dialect))
            return await FailAsync($"unknown dialect {asked.Dialect}; the known ones are {string.Join(", ", DemoDialect.All.Keys.Order())}");
        if (!dialect.KnowsUsers)
            return await PrintAsync(dialect, Nobody(asked.UserName), asked.Hours);
        if (await ReadAsync(asked.Directory, cancellation) is not { } users)
            return 2;
        return users.FirstOrDefault(user => user.UserName == asked.UserName) is { } found
            ? await PrintAsync(dialect, found, asked.Hours)
            : await FailAsync($"unknown user {asked.UserName}; the known ones are {string.Join(", ", users.Select(user => user.UserName).Order().Take(50))}");
    }

    private async Task<IReadOnlyList<DirectoryUser>?> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await using var file = File.OpenRead(path);
            var (document, problems) = await DirectoryReader.ReadAsync(file, cancellation);
            if (document is null)
                await error.WriteLineAsync($"{path} is not a directory document: {problems[0].Path} {problems[0].Message}");
            return document?.Users;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await error.WriteLineAsync($"{path} cannot be read: {e.Message}");
            return null;
        }
    }

    private async Task<int> PrintAsync(DemoDialect dialect, DirectoryUser user, int hours)
    {
        await output.WriteLineAsync(issuer.Issue(dialect.Name, dialect.Claims(user), TimeSpan.FromHours(hours)));
        return 0;
    }

    private async Task<int> FailAsync(string message)
    {
        await error.WriteLineAsync(message);
        return 2;
    }

    internal static DirectoryUser Nobody(string name) => new(default, Role.Admin, name, null, null, null, null, null, null, Active: true);
}

/// <summary>The command's arguments, understood.</summary>
internal sealed record TokenArguments(string Dialect, string UserName, int Hours, string Directory)
{
    /// <summary>Null when a word is missing, too many, or not what it should be. Hours: 1 to ten years.</summary>
    public static TokenArguments? TryParse(string[] arguments)
    {
        if (arguments is not [var dialect, var userName, .. var options] || options.Length % 2 != 0)
            return null;
        var parsed = new TokenArguments(dialect, userName, TokenCommand.DefaultHours, TokenCommand.DemoDirectory);
        foreach (var pair in options.Chunk(2))
        {
            if (pair is ["--directory", var path])
                parsed = parsed with { Directory = path };
            else if (pair is ["--hours", var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is > 0 and <= 87_600)
                parsed = parsed with { Hours = hours };
            else
                return null;
        }
        return parsed;
    }
}
