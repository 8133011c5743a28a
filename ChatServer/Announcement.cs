using ChatServer.Chat.Directory;
using ChatServer.Dialects.Demo;
using ChatServer.Listeners;
using ChatServer.Operations;

namespace ChatServer;

/// <summary>What a server that has started says on its standard output; the log goes to standard error.</summary>
internal static class Announcement
{
    /// <summary>
    /// A line <c>listening NAME URL</c> for each listener and the line <c>ready</c>, which scripts wait for; in Development then the demo's
    /// table, with tokens to paste.
    /// </summary>
    public static async Task PrintAsync(WebApplication app, TextWriter output)
    {
        var urls = app.ListeningUrls();
        foreach (var (name, url) in urls)
            await output.WriteLineAsync($"listening {name} {url}");
        await output.WriteLineAsync("ready");
        if (app.Environment.IsDevelopment() && await ReadDirectoryAsync(app) is { } directory)
            await output.WriteAsync(Environment.NewLine + app.Services.GetRequiredService<DemoTable>().Render(
                urls.ToDictionary(pair => pair.Key.ToLowerInvariant(), pair => pair.Value), directory.Users));
        if (app.Environment.IsDevelopment() && app.Services.GetRequiredService<DemoOptions>().AreServedIn(app.Environment))
            await PrintDemoAsync(urls, output);
        await output.FlushAsync();
    }

    private static async Task PrintDemoAsync(IReadOnlyDictionary<string, string> urls, TextWriter output)
    {
        foreach (var (name, url) in urls)
            if (DemoPages.PathOf(name) is { } path)
                await output.WriteLineAsync($"{Environment.NewLine}To try {name.ToLowerInvariant()} in a browser: {url}{path}");
    }

    private static async Task<DirectoryDocument?> ReadDirectoryAsync(WebApplication app)
    {
        if (app.Services.GetRequiredService<DirectoryOptions>().FileFor(app.Environment) is not { } path)
            return null;
        await using var file = File.OpenRead(path);
        return (await DirectoryReader.ReadAsync(file, CancellationToken.None)).Document;
    }
}
