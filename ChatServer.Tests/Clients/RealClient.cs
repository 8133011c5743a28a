using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>A client library that exists, on one way of transport, and the scripts by which it holds the guide's conversation.</summary>
/// <param name="Library">An npm package of package.json, or <c>sync</c> or <c>asyncio</c> for python-socketio.</param>
/// <param name="Transports"><c>default</c> lets the library choose and upgrade; otherwise <c>websocket</c> or <c>polling</c> alone.</param>
public sealed record RealClient(string Library, string Transports)
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");

    /// <summary>What the conversation must have run over in the end.</summary>
    public string FinalTransport => Transports is "polling" ? "polling" : "websocket";

    private bool IsPython => Library is "sync" or "asyncio";

    internal ClientRun StartCustomer(Person person, string topic) => Start(person, "customer", "consult-customer.mjs", topic);

    internal ClientRun StartStaff(Person person, string topic) => Start(person, "staff", "consult-staff-sessions.mjs", topic);

    /// <summary>The way by rooms; npm packages only.</summary>
    internal ClientRun StartStaffByRooms(Person person, string customerName) => Start(person, "", "consult-staff-rooms.mjs", customerName);

    public override string ToString() => $"{Library} on {Transports}";

    // Debian's own Python: a python3 earlier on the PATH may not see Debian's packages.
    private ClientRun Start(Person person, string role, string script, string about)
    {
        var url = ConsultServer.Current.Consult.ToString();
        return IsPython
            ? new ClientRun(ChildProcess.Start("/usr/bin/python3", ["-B", "consult.py", role, url.TrimEnd('/'), person.Token, about, Library, Transports], null, Folder))
            : new ClientRun(ChildProcess.Start("node", [script, url.TrimEnd('/'), person.Token, about, Transports, Library], null, Folder));
    }
}

/// <summary>A script under way, and what it told so far.</summary>
internal sealed class ClientRun(ChildProcess process, ServerProcess? server = null) : IAsyncDisposable
{
    public Task WaitUntilItDidAsync(string what) => process.WaitForLineAsync(line => Has(line, "did", what), $"the script did: {what}");

    /// <summary>Waits for the script's end, which must be a good one.</summary>
    public async Task FinishAsync() =>
        Assert.That(await process.WaitForExitAsync(), Is.Zero, $"{process.Transcript}\nThe server:\n{(server ?? ConsultServer.Current).Transcript}");

    /// <summary>The data of every event of that name, in order.</summary>
    public IReadOnlyList<JsonElement> Saw(string name) => Data("saw", name);

    /// <summary>The answer to the one call of that name.</summary>
    public JsonElement Did(string name) => Data("did", name).Single();

    public string Transport => Parse().Single(line => line.TryGetProperty("done", out _)).GetProperty("transport").GetString()!;

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private JsonElement[] Data(string kind, string name) =>
        [.. Parse().Where(line => line.TryGetProperty(kind, out var value) && value.ValueEquals(name)).Select(line => line.GetProperty("data"))];

    private IEnumerable<JsonElement> Parse() => process.Lines.Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line));

    private static bool Has(string line, string kind, string name) =>
        line.StartsWith('{') && JsonElement.Parse(line).TryGetProperty(kind, out var value) && value.ValueEquals(name);
}
