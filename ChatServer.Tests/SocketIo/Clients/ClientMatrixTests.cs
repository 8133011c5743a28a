using ChatServer.EngineIo;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.SocketIo.Clients;

/// <summary>
/// The bare wire with the real clients, each on every transport: text, bytes and acknowledgements both ways in two namespaces, before and after
/// one restart of the server, over which each comes back by itself. One walk has all rows of a client; a test looks at one row of it.
/// </summary>
[TestFixtureSource(typeof(MatrixClient), nameof(MatrixClient.All))]
internal sealed class ClientMatrixTests(MatrixClient client)
{
    private IReadOnlyList<string> _transcript = [];
    private int _sessions;

    /// <summary>What the client said of its own accord, such as the trace of an exception.</summary>
    private string Remarks => string.Join('\n', _transcript.Where(line => WalkLine.Parse(line) is null));

    [OneTimeSetUp]
    public async Task Walk()
    {
        var server = await StartServerAsync(port: 0);
        await using var walk = client.Start($"http://127.0.0.1:{server.Port}");
        await AllAreAsync(walk, WalkLine.Ready);
        _sessions = server.Engine.Count;
        await server.DisposeAsync();
        await using var another = await StartServerAsync(server.Port);
        await AllAreAsync(walk, WalkLine.Done);
        _transcript = walk.Lines;
    }

    [TestCaseSource(typeof(MatrixClient), nameof(MatrixClient.Transports))]
    public void It_talks_and_is_back_after_a_restart_on(string transport)
    {
        var told = _transcript.Select(WalkLine.Parse).OfType<WalkLine>().Where(line => line.Row == transport).Select(line => $"{line}");

        Assert.That(told, Is.EqualTo(client.Expected(transport)), () => $"{string.Join('\n', told)}\n{Remarks}");
    }

    [Test]
    public void Two_namespaces_share_a_connection_where_the_library_can() =>
        Assert.That(_sessions, Is.EqualTo(client.Sessions), () => Remarks);

    private Task<WireServer> StartServerAsync(int port)
    {
        var talking = new TalkingNamespace(MatrixClient.Text, MatrixClient.Ascii);
        var namespaces = new Dictionary<string, INamespaceHandler> { ["/"] = talking, ["/other"] = talking };
        var handler = new SocketIoServer(namespaces, new SocketIoOptions(), TimeProvider.System, NullLogger<SocketIoServer>.Instance);
        return WireServer.StartAsync(handler, new EngineIoOptions { PingInterval = client.PingInterval }, port: port);
    }

    /// <summary>Waits until every row has got there or failed. One that does neither in time fails in its own test.</summary>
    private static async Task AllAreAsync(IWalk walk, string step) =>
        await Task.WhenAll(MatrixClient.Transports.Select(transport => walk.WaitForLineAsync(
            line => WalkLine.Parse(line) is { } told && told.Row == transport && (told.Step == step || told.Step is WalkLine.Failed),
            $"the row {transport} was {step}"))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
