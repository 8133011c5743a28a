using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>
/// An application in Python that has the client of <c>scripts/midimo</c> in a folder of its own, as the integration guide lays it out; gone
/// with everything that was made in it.
/// </summary>
internal sealed class MidimoProject : IDisposable
{
    private static readonly string Source = Path.Combine(SourceTree.Root, "scripts", "midimo");
    private static readonly string Scripts = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("midimo-");

    public MidimoProject()
    {
        foreach (var file in Directory.EnumerateFiles(Source, "*.py", SearchOption.AllDirectories).Where(file => !IsMade(file)))
            Copy(file, Path.GetRelativePath(Source, file));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "ChatServer", "Dialects", "Midimo", "Protos")))
            Copy(file, Path.Combine(Protos, Path.GetFileName(file)));
    }

    /// <summary>Where the guide wants the protocol files, within the project.</summary>
    public static string Protos { get; } = Path.Combine("core", "microservices", "midimo_chat", "protos");

    public string Folder => _folder.FullName;

    /// <summary>What the client wrote about its calls so far.</summary>
    public string Log => Path.Combine(Folder, "logs", "midimo_chat.log") is var file && File.Exists(file) ? File.ReadAllText(file) : "";

    /// <summary>Starts a script of the tests within the project.</summary>
    /// <param name="settings">Environment variables, such as those of settings/midimo_chat.py.</param>
    public ChildProcess Start(string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings) => ChildProcess.Start(
        "/usr/bin/python3", // Debian's own, which sees Debian's packages
        ["-B", Path.Combine(Scripts, script), .. arguments],
        new Dictionary<string, string>(settings) { ["PYTHONPATH"] = Folder, ["PYTHONUTF8"] = "1" },
        Folder);

    /// <summary>What one method of the client returned, or <c>{raised, message, request_id}</c>.</summary>
    /// <param name="server">Where it calls.</param>
    /// <param name="arguments">The method's, by name.</param>
    /// <param name="client">The client's own, and <c>as_user</c> for a call with a token of that user.</param>
    /// <param name="secret">What its tokens are signed with.</param>
    public async Task<JsonElement> CallAsync(Uri server, string method, object arguments, object? client = null, string secret = Tokens.Secret)
    {
        await using var script = Start("midimo-call.py", [method, JsonSerializer.Serialize(arguments), JsonSerializer.Serialize(client ?? new { })], Settings(server, secret));
        Assert.That(await script.WaitForExitAsync(), Is.Zero, script.Transcript);
        return JsonElement.Parse(script.Lines.Single(line => line.StartsWith('{'))).GetProperty("data");
    }

    public static Dictionary<string, string> Settings(Uri server, string secret = Tokens.Secret) => new()
    {
        ["MIDIMO_CHAT_HOST"] = server.Host,
        ["MIDIMO_CHAT_PORT"] = $"{server.Port}",
        ["MIDIMO_CHAT_JWT_SECRET_KEY"] = secret,
    };

    public void Dispose() => _folder.Delete(recursive: true);

    private static bool IsMade(string file) => file.Contains("/.stubs/", StringComparison.Ordinal) || file.Contains("/protos/", StringComparison.Ordinal);

    private void Copy(string file, string name)
    {
        var copy = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(file, copy);
    }
}
