using System.Text.Json;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol.Msgpack;
using ChatServer.SocketIo.Recovery;
using ChatServer.Tests.EngineIo.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.SocketIo.Msgpack;

/// <summary>Connection state recovery with the msgpack parser: what was missed is kept as it was written for all, and converted when it is sent.</summary>
internal sealed class MsgpackRecoveryTests
{
    [TestCase(3, TestName = "What was missed comes before the reply with the same ids")]
    [TestCase(40, TestName = "What does not fit in front of the reply follows it")]
    public async Task Recovery(int missed)
    {
        var radio = new Radio();
        var sockets = new SocketIoServer(
            new Dictionary<string, INamespaceHandler> { ["/"] = radio }, new SocketIoOptions { Parser = "msgpack" }, TimeProvider.System, NullLogger<SocketIoServer>.Instance);
        await using var server = await WireServer.StartAsync(sockets);
        var first = await AskAsync(server, "{}");
        var reply = Payload(await ReadAsync(first));
        radio.Say("heard", 0xff);
        var offset = Payload(await ReadAsync(first))[2].GetString();
        await first.DisposeAsync();
        await WireServer.EventuallyAsync(() => radio.IsLost, "the drop was noticed");
        foreach (var number in Enumerable.Range(0, missed))
            radio.Say($"missed {number}", (byte)number);

        await using var second = await AskAsync(server, $$"""{"pid":"{{reply.GetProperty("pid").GetString()}}","offset":"{{offset}}"}""");
        var (packets, bytes) = (new List<string>(), 0);
        for (var i = 0; i <= missed; i++)
        {
            var frame = await second.ReadAsync();
            packets.Add(MsgpackFormatTests.Decode(frame.Payload)!);
            bytes += packets.Exists(packet => packet.StartsWith("Connect", StringComparison.Ordinal)) ? 0 : frame.Payload.Length;
        }

        var answer = packets.Single(packet => packet.StartsWith("Connect", StringComparison.Ordinal));
        Assert.That(Payload(answer).GetRawText(), Is.EqualTo(reply.GetRawText()));
        Assert.That(packets.IndexOf(answer), missed == 3 ? Is.EqualTo(3) : Is.InRange(1, missed - 1));
        Assert.That(bytes, Is.LessThan(1_220));
        packets.Remove(answer);
        Assert.That(packets.Select(packet => packet.Split(' ')[^1]), Is.EqualTo(Enumerable.Range(0, missed).Select(number => Radio.Noise((byte)number))));
        Assert.That(packets.Select(packet => Payload(packet)[0].GetString()), Is.EqualTo(Enumerable.Range(0, missed).Select(number => $"missed {number}")));
    }

    private static JsonElement Payload(string packet) => JsonElement.Parse(packet[packet.IndexOfAny(['{', '['])..(packet.LastIndexOfAny(['}', ']']) + 1)]);

    private static async Task<RawWebSocket> AskAsync(WireServer server, string auth)
    {
        var client = await RawWebSocket.OpenAsync(server, headers: "User-Agent: Mozilla/5.0\r\n");
        await client.SendAsync(0x82, new MsgpackFormat().ToMessages([new OutboundPacket(System.Text.Encoding.UTF8.GetBytes("40" + auth))])[0].Bytes.ToArray());
        return client;
    }

    private static async Task<string> ReadAsync(RawWebSocket client) => MsgpackFormatTests.Decode((await client.ReadAsync()).Payload)!;

    /// <summary>Says the same to its one socket, text and bytes, now or when it is back.</summary>
    private sealed class Radio : INamespaceHandler, ISocketHandler
    {
        private Socket? _socket;

        public RecoveryOffer Recovery => RecoveryOffer.WhereUsable;

        public bool IsLost { get; private set; }

        public static string Noise(byte number) => Convert.ToHexString([.. Enumerable.Repeat(number, 100)]);

        public void Say(string name, byte number) =>
            _socket!.TryEmit(name, """{"_placeholder":true,"num":0}"""u8.ToArray(), [Enumerable.Repeat(number, 100).ToArray()]);

        public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation)
        {
            _socket ??= socket;
            return ValueTask.FromResult(ConnectReply.Accept(this));
        }

        public ValueTask OnConnectedAsync() => ValueTask.CompletedTask;

        public ValueTask OnEventAsync(IncomingEvent e) => ValueTask.CompletedTask;

        public bool TryContinueAs(ISocketHandler claimant) => claimant == this;

        public ValueTask OnConnectionLostAsync(string reason)
        {
            IsLost = true;
            return ValueTask.CompletedTask;
        }

        public ValueTask OnDisconnectedAsync(string reason) => ValueTask.CompletedTask;
    }
}
