using ChatServer.Chat.Directory;
using ChatServer.Data;
using ChatServer.Identity;
using ChatServer.Operations;

namespace ChatServer;

/// <summary>What the program does instead of serving, when its first argument says so.</summary>
internal static class Commands
{
    private const string Usage = """
        usage:  (nothing)                               serve
                import FILE                             bring a directory document in; README.md shows one
                token DIALECT USERNAME [--hours N] [--directory FILE]
                                                        print a token for a user of the demo, or of another document
                conformance MODE URL                    serve the wire alone, for the protocol suites
        Settings are environment variables such as Listen__Consult; appsettings.json lists them.
        """;

    /// <summary><c>token DIALECT USERNAME</c>: prints a token. Needs no database.</summary>
    public static Task<int> TokenAsync(string[] asked) => RunAsync(services =>
        new TokenCommand(services.GetRequiredService<TokenIssuer>(), Console.Out, Console.Error).RunAsync(asked, CancellationToken.None));

    /// <summary><c>import FILE</c>: brings a directory document in, starting the private database for it if there is no other.</summary>
    public static Task<int> ImportAsync(string file) => RunAsync(async services =>
    {
        var database = services.GetRequiredService<DatabaseStartup>();
        await database.StartAsync(CancellationToken.None);
        return await new DirectoryImport(services.GetRequiredService<IDirectoryRepository>(), Console.Out, Console.Error)
            .RunAsync(file, CancellationToken.None);
    });

    /// <summary>Names the commands; the exit code is 2 for a word that is none of them.</summary>
    public static async Task<int> ExplainAsync(string word)
    {
        var asked = word is "--help";
        await (asked ? Console.Out : Console.Error).WriteLineAsync(Usage);
        return asked ? 0 : 2;
    }

    private static async Task<int> RunAsync(Func<IServiceProvider, Task<int>> command)
    {
        try
        {
            await using var app = Serving.CreateBuilder([]).Build();
            return await command(app.Services);
        }
        catch (Exception e) when (StartFailure.Explain(e) is { } lines)
        {
            foreach (var line in lines)
                await Console.Error.WriteLineAsync(line);
            return 1;
        }
    }
}
