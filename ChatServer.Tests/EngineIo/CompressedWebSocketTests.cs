using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>permessage-deflate, an option that is off: RFC 7692 in the bytes of real frames, and with two real clients.</summary>
[Parallelizable]
internal sealed class CompressedWebSocketTests
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    private const int Limit = 100_000;
    private static readonly string Long = string.Concat(Enumerable.Repeat("xin chào ", 200));

    private WireServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await WireServer.StartAsync(
        new EchoRecorder(), new EngineIoOptions { PerMessageDeflate = true, MaxPayload = Limit });

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.NoSessionIsLeftAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task It_is_agreed_to_where_it_is_on_and_offered()
    {
        await using var agreed = await RawWebSocket.OpenAsync(_server, headers: Offer);
        Assert.That(agreed.Extensions, Is.EqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover"));
        await using var silent = await RawWebSocket.OpenAsync(_server);
        Assert.That(silent.Extensions, Is.Null);
        await using var usual = await WireServer.StartAsync(new EchoRecorder());
        await using var refused = await RawWebSocket.OpenAsync(usual, headers: Offer);
        Assert.That(refused.Extensions, Is.Null);
    }

    [Test]
    public async Task A_long_message_leaves_compressed_and_a_short_one_does_not()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, headers: Offer);
        await socket.SendTextAsync($"4{Long}");
        var frame = await socket.ReadAsync();
        Assert.That(frame.First, Is.EqualTo(0xc1));
        Assert.That(frame.Payload, Has.Length.LessThan(Long.Length / 10));
        Assert.That(Inflate(frame.Payload), Is.EqualTo($"4{Long}"));
        await socket.SendTextAsync("4short");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("4short"));
    }

    [Test]
    public async Task What_asks_not_to_be_compressed_is_not()
    {
        await using var server = await WireServer.StartAsync(
            new EchoRecorder { OnOpen = socket => socket.TrySend(new OutboundPacket(new byte[2_000], IsBinary: true, SkipsCompression: true)) },
            new EngineIoOptions { PerMessageDeflate = true });
        await using var socket = await RawWebSocket.OpenAsync(server, headers: Offer);
        var frame = await socket.ReadAsync();
        Assert.That((frame.First, frame.Payload.Length), Is.EqualTo((0x82, 2_000)));
    }

    [Test]
    public async Task A_compressed_message_is_read_whole_or_in_fragments()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, headers: Offer);
        var deflated = Deflate("4fragments");
        await socket.SendAsync(0xc1, deflated);
        await socket.SendAsync(0x41, deflated[..3]);
        await socket.SendAsync(0x89);
        await socket.SendAsync(0x00, deflated[3..5]);
        await socket.SendAsync(0x80, deflated[5..]);
        await socket.SendTextAsync("4plain");
        var frames = new[] { await socket.ReadAsync(), await socket.ReadAsync(), await socket.ReadAsync(), await socket.ReadAsync() };
        Assert.That(frames.Where(frame => frame.First is 0x81).Select(frame => frame.Text), Is.EqualTo(new[] { "4fragments", "4fragments", "4plain" }));
        Assert.That(frames.Count(frame => frame.First is 0x8a), Is.EqualTo(1), "the ping between the fragments was answered");
    }

    [TestCase("a continuation with the mark", 1002)]
    [TestCase("a ping with the mark", 1002)]
    [TestCase("another reserved bit", 1002)]
    [TestCase("no deflate", 1007)]
    [TestCase("no UTF-8 inside", 1007)]
    [TestCase("a bomb", 1009)]
    [TestCase("a bomb in fragments", 1009)]
    public async Task A_bad_message_ends_the_connection(string what, int code)
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, headers: Offer);
        var bomb = Deflate(new string('x', 20 * Limit));
        foreach (var (first, payload) in what switch
        {
            "a continuation with the mark" => new (byte, byte[])[] { (0x41, Deflate("4x")), (0xc0, []) },
            "a ping with the mark" => [(0xc9, [])],
            "another reserved bit" => [(0xa1, "4x"u8.ToArray())],
            "no deflate" => [(0xc1, [0xff, 0xff])],
            "no UTF-8 inside" => [(0xc1, Deflate([(byte)'4', 0xff]))],
            "a bomb" => [(0xc1, bomb)],
            _ => [(0x41, bomb[..50]), (0x80, bomb[50..])],
        })
            await socket.SendAsync(first, payload);
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(code));
    }

    [Test]
    public async Task The_mark_is_an_error_where_nothing_was_agreed_on()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        await socket.SendAsync(0xc1, Deflate("4x"));
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1002));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task DotNets_own_client_talks_compressed(bool keepsContext)
    {
        using var client = new ClientWebSocket();
        client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions { ClientContextTakeover = keepsContext, ServerContextTakeover = keepsContext };
        client.Options.CollectHttpResponseDetails = true;
        using var patience = new CancellationTokenSource(WireServer.Patience);
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{_server.Port}{WireServer.Path}?EIO=4&transport=websocket"), patience.Token);
        Assert.That(client.HttpResponseHeaders!["Sec-WebSocket-Extensions"].Single(), Does.StartWith("permessage-deflate"));
        var buffer = new byte[2 * Limit];
        Assert.That((await client.ReceiveAsync(buffer.AsMemory(), patience.Token)).EndOfMessage);
        foreach (var text in new[] { "short", Long, Long, "€😀", new string('y', Limit - 1) })
        {
            await client.SendAsync(Encoding.UTF8.GetBytes($"4{text}"), WebSocketMessageType.Text, true, patience.Token);
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
                length += (received = await client.ReceiveAsync(buffer.AsMemory(length), patience.Token)).Count;
            while (!received.EndOfMessage);
            Assert.That(Encoding.UTF8.GetString(buffer, 0, length), Is.EqualTo($"4{text}"));
        }
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
    }

    [Test]
    public async Task The_npm_package_ws_talks_compressed()
    {
        var script = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients", "deflate.mjs");
        await using var client = ChildProcess.Start("node", [script, $"ws://127.0.0.1:{_server.Port}{WireServer.Path}?EIO=4&transport=websocket", $"{Limit}"]);
        Assert.That(await client.WaitForExitAsync(), Is.Zero, client.Transcript);
    }

    private static byte[] Deflate(string text) => Deflate(Encoding.UTF8.GetBytes(text));

    private static byte[] Deflate(byte[] message)
    {
        MessageDeflate.TryDeflate(message, out var deflated);
        return deflated.ToArray();
    }

    private static string Inflate(byte[] deflated)
    {
        byte[] buffer = [.. deflated, .. new byte[MessageDeflate.TailLength]];
        Assert.That(MessageDeflate.TryInflate(buffer, deflated.Length, Limit, out var rented, out var length, out _));
        var text = Encoding.UTF8.GetString(rented!, 0, length);
        ArrayPool<byte>.Shared.Return(rented!);
        return text;
    }
}
