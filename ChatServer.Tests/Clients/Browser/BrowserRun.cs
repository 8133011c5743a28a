using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients.Browser;

/// <summary>A scenario in a real Chromium, and what it told so far. Its Chromium and what that wrote are gone when this is disposed of, whatever happened.</summary>
internal sealed class BrowserRun : IAsyncDisposable
{
    private static readonly string Scripts = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");

    private readonly ChildProcess _script;
    private readonly string _profiles;

    private BrowserRun(ChildProcess script, string profiles, string folder) => (_script, _profiles, Folder) = (script, profiles, folder);

    /// <summary>Where its pictures are: a folder of the test's name under the tests' output.</summary>
    public string Folder { get; }

    /// <param name="scenario">A file of this folder, such as <c>consult-demo.mjs</c>.</param>
    /// <param name="server">What the scenario's addresses are relative to.</param>
    public static BrowserRun Start(string scenario, Uri server, params string[] arguments)
    {
        var folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "browser", TestContext.CurrentContext.Test.MethodName ?? scenario);
        Directory.CreateDirectory(folder);
        var profiles = Directory.CreateTempSubdirectory("browser-").FullName;
        var script = ChildProcess.Start(
            "node",
            [Path.Combine("Browser", scenario), server.ToString().TrimEnd('/'), folder, .. arguments],
            new Dictionary<string, string> { ["TMPDIR"] = profiles },
            Scripts);
        return new BrowserRun(script, profiles, folder);
    }

    /// <summary>Waits until the scenario has come to its end, and attaches its pictures to the test's result.</summary>
    public async Task FinishAsync()
    {
        Assert.That(await _script.WaitForExitAsync(), Is.Zero, _script.Transcript);
        foreach (var picture in Did("screenshot"))
            TestContext.AddTestAttachment(picture.GetProperty("file").GetString()!);
    }

    /// <summary>Ends the scenario as a crash would, without a goodbye.</summary>
    public Task<int> CrashAsync() => _script.StopAsync("KILL");

    public Task WaitUntilItDidAsync(string what) => _script.WaitForLineAsync(line => IsOf(line, what), $"the scenario did: {what}");

    /// <summary>The data of every step of that name, in order.</summary>
    public IReadOnlyList<JsonElement> Did(string what) =>
        [.. _script.Lines.Where(line => IsOf(line, what)).Select(line => JsonElement.Parse(line).GetProperty("data"))];

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        foreach (var launched in Did("launch"))
            await EndAsync(launched.GetProperty("pid").GetInt32());
        Directory.Delete(_profiles, recursive: true);
    }

    /// <summary>Kills what is left of a Chromium and its children, if anything is.</summary>
    private static async Task EndAsync(int id)
    {
        Process process;
        try
        {
            process = Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return; // It has ended by itself, as it should.
        }
        using (process)
        {
            if (IsChromium(id))
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync().WaitAsync(Journal<string>.Patience);
        }
    }

    /// <summary>Ids are given again: nobody else's process is to be killed.</summary>
    private static bool IsChromium(int id)
    {
        var commandLine = $"/proc/{id.ToString(CultureInfo.InvariantCulture)}/cmdline";
        return File.Exists(commandLine) && File.ReadAllText(commandLine).Contains("chrom", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsOf(string line, string what) =>
        line.StartsWith('{') && JsonElement.Parse(line).TryGetProperty("did", out var did) && did.ValueEquals(what);
}
