using System.Net.WebSockets;
using System.Text;
using ChatServer.Conformance;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.SocketIo.Msgpack;
using Microsoft.AspNetCore.Builder;

namespace ChatServer.Tests.Conformance;

/// <summary>The Socket.IO modes as the public suites meet them.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ConformanceServerTests
{
    private static readonly byte[] Connect = MsgpackReaderTests.Hex("82 A474797065 00 A36E7370 A12F");

    [TestCase("sio5", 4)]
    [TestCase("sio4", 3)]
    public async Task The_client_is_asked_back_and_its_answer_comes_back(string mode, int revision)
    {
        await using var app = await StartAsync(mode);
        using var client = await OpenAsync(app, revision);
        if (revision == 4)
            await SendAsync(client, "40");
        Assert.That(await ReadAsync(client), Does.StartWith("40"));
        Assert.That(await ReadAsync(client), Is.EqualTo("""42["auth",{}]"""));
        await SendAsync(client, """42["emit-with-ack",1,"2",{"3":[true]}]""");
        Assert.That(await ReadAsync(client), Is.EqualTo("""421["emit-with-ack",1,"2",{"3":[true]}]"""));
        await SendAsync(client, """431[{"4": [ false ]},5] """);
        Assert.That(await ReadAsync(client), Is.EqualTo("""42["emit-with-ack",{"4":[false]},5]"""));
    }

    [Test]
    public async Task Msgpack_is_spoken_and_older_clients_are_refused()
    {
        await using var app = await StartAsync("msgpack");
        using var client = await OpenAsync(app, 4);
        await client.SendAsync(Connect, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        Assert.That(await ReadAsync(client), Does.StartWith("Connect / - {\"sid\""));
        Assert.That(await ReadAsync(client), Is.EqualTo("""Event / - ["auth",{}]"""));
        var say = MsgpackReaderTests.Hex("83 A474797065 02 A464617461 93 A76D657373616765 01 C403010203 A36E7370 A12F");
        await client.SendAsync(say, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        Assert.That(await ReadAsync(client), Is.EqualTo("""Event / - ["message-back",1,{"_placeholder":true,"num":0}] 010203"""));
        Assert.That(() => OpenAsync(app, 3), Throws.InstanceOf<WebSocketException>());
    }

    [Test]
    public void Every_mode_can_be_built([ValueSource(typeof(ConformanceServer), nameof(ConformanceServer.Modes))] string mode) =>
        Assert.That(async () => await ConformanceServer.Build(mode, ["http://127.0.0.1:0"]).DisposeAsync(), Throws.Nothing);

    private static async Task<WebApplication> StartAsync(string mode)
    {
        var app = ConformanceServer.Build(mode, ["http://127.0.0.1:0"]);
        await app.StartAsync();
        return app;
    }

    private static async Task<ClientWebSocket> OpenAsync(WebApplication app, int revision)
    {
        var client = new ClientWebSocket();
        using var patience = new CancellationTokenSource(WireServer.Patience);
        await client.ConnectAsync(new Uri($"{app.Urls.First().Replace("http", "ws", StringComparison.Ordinal)}/socket.io/?EIO={revision}&transport=websocket"), patience.Token);
        Assert.That(await ReadAsync(client), Does.StartWith("0{"));
        return client;
    }

    private static Task SendAsync(ClientWebSocket client, string packet) =>
        client.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message that is no ping: as it is, or as <see cref="MsgpackFormatTests.Decode"/> words it.</summary>
    private static async Task<string?> ReadAsync(ClientWebSocket client)
    {
        using var patience = new CancellationTokenSource(WireServer.Patience);
        var buffer = new byte[4_096];
        while (true)
        {
            var read = await client.ReceiveAsync(buffer, patience.Token);
            Assert.That(read.EndOfMessage, Is.True);
            if (read.MessageType is WebSocketMessageType.Binary)
                return MsgpackFormatTests.Decode(buffer[..read.Count]);
            if (Encoding.UTF8.GetString(buffer, 0, read.Count) is var text and not "2")
                return text;
        }
    }
}
