using ChatServer.EngineIo;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.SocketIo.Support;

/// <summary>A Socket.IO server with the namespaces <c>/</c> and <c>/chat</c>, and one raw WebSocket client of it.</summary>
internal sealed class SocketIoParty : IAsyncDisposable
{
    private SocketIoParty(WireServer server, RawWebSocket client) => (Server, Client) = (server, client);

    public ScriptedNamespace Root { get; private init; } = null!;

    public ScriptedNamespace Chat { get; private init; } = null!;

    public ManualTime Time { get; private init; } = null!;

    public ListLogger<SocketIoServer> Log { get; private init; } = null!;

    public WireServer Server { get; }

    public RawWebSocket Client { get; }

    public static async Task<SocketIoParty> StartAsync(SocketIoOptions? options = null, bool expectsFaults = false)
    {
        var (root, chat, time) = (new ScriptedNamespace(), new ScriptedNamespace(), new ManualTime());
        var namespaces = new Dictionary<string, INamespaceHandler> { ["/"] = root, ["/chat"] = chat };
        var log = new ListLogger<SocketIoServer>();
        var handler = new SocketIoServer(namespaces, options ?? new SocketIoOptions(), time, log);
        var server = await WireServer.StartAsync(handler, new EngineIoOptions { PingInterval = 3_600_000 }, time, expectsFaults);
        return new SocketIoParty(server, await RawWebSocket.OpenAsync(server)) { Root = root, Chat = chat, Time = time, Log = log };
    }

    /// <summary>As <see cref="StartAsync"/>, with the client in <c>/</c> and the journal read up to there.</summary>
    public static async Task<SocketIoParty> JoinAsync(SocketIoOptions? options = null, bool expectsFaults = false)
    {
        var party = await StartAsync(options, expectsFaults);
        await party.SendAsync("40");
        Assert.That(await party.ReadAsync(), Does.Match("""^40\{"sid":"[A-Za-z0-9_-]{20}"\}$"""));
        Assert.That(await party.Root.HearAsync(), Is.EqualTo("connect {}"));
        return party;
    }

    public Task SendAsync(params string[] packets) =>
        Client.Connection.SendAsync(packets.SelectMany(RawWebSocket.TextFrame).ToArray());

    public Task SendBinaryAsync(params byte[] bytes) => Client.SendAsync(0x82, bytes);

    public Task<string> ReadAsync() => Client.ReadTextAsync();

    /// <summary>The session still works: an event comes back as its ack.</summary>
    public async Task AssertAliveAsync()
    {
        await SendAsync("""42991["alive",1]""");
        Assert.That(await ReadAsync(), Is.EqualTo("43991[1]"));
    }

    /// <summary>The session is closed without a code, as the reference server closes.</summary>
    public async Task AssertClosedAsync(string reason)
    {
        Assert.That(await Client.ReadCloseAsync(), Is.EqualTo(1005));
        await Server.NoSessionIsLeftAsync();
        string line;
        do
            line = await Root.HearAsync();
        while (!line.StartsWith("disconnect", StringComparison.Ordinal));
        Assert.That(line, Is.EqualTo($"disconnect {reason}"));
        Assert.That(Root.Overlaps, Is.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
