using System.Text.Json;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Recovery;
using ChatServer.Tests.EngineIo.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.SocketIo.Recovery;

/// <summary>Connection state recovery as it is on the wire (protocol.md section 14), with packets written out.</summary>
public sealed class RecoveryTests
{
    private readonly ManualTime _time = new();
    private Tales _tales = null!;
    private SocketIoServer _sockets = null!;
    private WireServer _server = null!;

    [SetUp]
    public async Task Start()
    {
        _tales = new Tales();
        var options = new SocketIoOptions { RecoveryPackets = 20, MaxLingering = 2, MaxRefusals = 100 };
        _sockets = new SocketIoServer(new Dictionary<string, INamespaceHandler> { ["/"] = _tales }, options, _time, NullLogger<SocketIoServer>.Instance);
        _server = await WireServer.StartAsync(_sockets);
    }

    [TearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        Assert.That(_sockets.LingeringCount, Is.Zero);
        Assert.That(_sockets.Recoverable.Count, Is.Zero);
    }

    [Test]
    public async Task What_was_missed_comes_before_the_reply_with_the_same_ids()
    {
        var (id, pid, first) = await JoinAsync();
        var heard = await SayAsync(first, "heard");
        await DropAsync(first);
        _tales.Say("missed 1");
        _tales.Say("missed 2");

        await using var second = await AskAsync($$"""{"user":"u","pid":"{{pid}}","offset":"{{heard}}"}""");
        Assert.That(Text(await second.ReadTextAsync()), Is.EqualTo("missed 1"));
        Assert.That(Text(await second.ReadTextAsync()), Is.EqualTo("missed 2"));
        Assert.That(await second.ReadTextAsync(), Is.EqualTo($$"""40{"sid":"{{id}}","pid":"{{pid}}"}"""));
        Assert.That(Text(await second.ReadTextAsync()), Is.EqualTo("back"));
        Assert.That(_tales.Journal, Is.EqualTo(["connect {\"user\":\"u\"}", "connected", "lost transport close", "connect {\"user\":\"u\"}", "recovered"]));
    }

    /// <summary>
    /// What comes before the reply stays with a JavaScript client that is cut off before the reply comes, and is sent to it again: so both must come
    /// together, which TCP promises of nothing longer than a segment.
    /// </summary>
    [TestCase(0, 1)]
    [TestCase(100, 6)]
    [TestCase(300, 3)]
    [TestCase(500, 2)]
    [TestCase(1_000, 1)]
    [TestCase(1_200, 0)]
    [TestCase(5_000, 0)]
    public async Task No_more_comes_before_the_reply_than_fits_into_one_segment_with_it(int length, int least)
    {
        var (_, pid, first) = await JoinAsync();
        await DropAsync(first);
        for (var n = 0; n < 15; n++)
            _tales.Say(new string('x', length));

        await using var second = await AskAsync($$"""{"user":"u","pid":"{{pid}}"}""");
        var (before, bytes) = (0, 0);
        string packet;
        for (; !(packet = await second.ReadTextAsync()).StartsWith("40", StringComparison.Ordinal); before++)
            bytes += packet.Length + 4;
        Assert.That(before, Is.GreaterThanOrEqualTo(least), "the order of the reference where that is safe");
        Assert.That(before == 0 ? 0 : bytes + packet.Length + 4, Is.LessThanOrEqualTo(1_220));
        for (; before < 15; before++)
            Assert.That(Text(await second.ReadTextAsync()), Has.Length.EqualTo(length), "the rest follows");
    }

    [Test]
    public async Task A_client_that_heard_nothing_is_recovered_again_and_again_over_quiet_times()
    {
        var (id, pid, client) = await JoinAsync();
        for (var turn = 0; turn < 5; turn++)
        {
            await DropAsync(client);
            _time.Advance(119_000);
            client = await AskAsync($$"""{"user":"u","pid":"{{pid}}"}""");
            string packet;
            while (!(packet = await client.ReadTextAsync()).StartsWith("40", StringComparison.Ordinal))
                Assert.That(Text(packet), Is.EqualTo("back"), "what was emitted and never confirmed comes again");
            Assert.That(packet, Does.Contain(id));
        }
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_half_open_session_gives_way_and_nobody_hears_of_it()
    {
        var (id, pid, first) = await JoinAsync();
        _tales.Say("on its way");

        await using var second = await AskAsync($$"""{"user":"u","pid":"{{pid}}"}""");
        Assert.That(Text(await second.ReadTextAsync()), Is.EqualTo("on its way"));
        Assert.That(await second.ReadTextAsync(), Does.Contain(id));
        await WireServer.EventuallyAsync(() => _server.Engine.Count == 1, "the old session is gone");
        Assert.That(_tales.Journal, Has.None.StartsWith("lost").And.None.StartsWith("gone"));
        await first.DisposeAsync();
    }

    [TestCase("""{"user":"u","pid":"PID","offset":"unknown"}""")]
    [TestCase("""{"user":"u","pid":"unknown"}""")]
    [TestCase("""{"user":"other","pid":"PID"}""")]
    public async Task What_cannot_be_recovered_is_an_ordinary_new_connection(string auth)
    {
        var (id, pid, first) = await JoinAsync();
        await DropAsync(first);

        await using var second = await AskAsync(auth.Replace("PID", pid, StringComparison.Ordinal));
        var reply = JsonElement.Parse((await second.ReadTextAsync())[2..]);
        Assert.That(reply.GetProperty("sid").GetString(), Is.Not.EqualTo(id).And.Length.EqualTo(20));
        Assert.That(reply.GetProperty("pid").GetString(), Is.Not.EqualTo(pid).And.Length.EqualTo(20));
    }

    [Test]
    public async Task Nobody_is_waited_for_longer_than_two_minutes()
    {
        var (_, _, first) = await JoinAsync();
        await DropAsync(first);

        _time.Advance(120_000);

        await WireServer.EventuallyAsync(() => _tales.Journal[^1] == "gone transport close", "the socket left");
        Assert.That(_sockets.LingeringCount, Is.Zero);
    }

    [Test]
    public async Task The_oldest_give_way_when_too_many_are_waited_for()
    {
        for (var turn = 0; turn < 3; turn++)
        {
            var (_, _, client) = await JoinAsync();
            await client.DisposeAsync();
            var expected = turn + 1;
            await WireServer.EventuallyAsync(() => _tales.Journal.Count(line => line.StartsWith("lost", StringComparison.Ordinal)) == expected, "the drop was noticed");
        }

        await WireServer.EventuallyAsync(() => _tales.Journal.Contains("gone transport close"), "the oldest left");
        Assert.That(_sockets.LingeringCount, Is.EqualTo(2));
    }

    [Test]
    public async Task A_socket_that_missed_more_than_is_kept_is_given_up()
    {
        var (_, _, first) = await JoinAsync();
        await DropAsync(first);
        for (var i = 0; i < 21; i++)
            _tales.Say($"{i}");

        await WireServer.EventuallyAsync(() => _tales.Journal[^1] == "gone transport close", "the socket left");
    }

    [Test]
    public async Task A_client_that_says_goodbye_is_not_waited_for()
    {
        var (_, _, client) = await JoinAsync();
        await client.SendTextAsync("41");

        await WireServer.EventuallyAsync(() => _tales.Journal[^1] == "gone client namespace disconnect", "the socket left");
        Assert.That(_sockets.LingeringCount, Is.Zero);
        await client.DisposeAsync();
    }

    [TestCase("", "{}", false)]
    [TestCase("User-Agent: Mozilla/5.0 (X11)\r\n", "{}", true)]
    [TestCase("User-Agent: node-XMLHttpRequest\r\n", "{}", true)]
    [TestCase("User-Agent: Mozilla/5.0 (X11)\r\n", """{"recover":false}""", false)]
    [TestCase("User-Agent: Python/3.11 aiohttp/3.8\r\nSec-WebSocket-Extensions: permessage-deflate\r\n", "{}", false)]
    [TestCase("User-Agent: Dart/3.4 (dart:io)\r\nSec-WebSocket-Extensions: permessage-deflate\r\n", "{}", false)]
    [TestCase("User-Agent: Dart/3.4 (dart:io)\r\n", """{"recover":true}""", true)]
    [TestCase("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", "{}", true)]
    public async Task Offsets_go_to_clients_that_bear_them(string headers, string auth, bool expected)
    {
        await using var client = await RawWebSocket.OpenAsync(_server, headers: headers);
        await client.SendTextAsync("40" + auth);

        Assert.That((await client.ReadTextAsync()).Contains("\"pid\"", StringComparison.Ordinal), Is.EqualTo(expected));
        _tales.Say("x");
        var told = JsonElement.Parse((await client.ReadTextAsync())[2..]);
        Assert.That(told.GetArrayLength(), Is.EqualTo(expected ? 3 : 2));
    }

    private static string? Text(string packet) => JsonElement.Parse(packet[2..])[1].GetString();

    private async Task<(string Id, string Pid, RawWebSocket Client)> JoinAsync()
    {
        var client = await AskAsync("""{"user":"u"}""");
        var reply = JsonElement.Parse((await client.ReadTextAsync())[2..]);
        return (reply.GetProperty("sid").GetString()!, reply.GetProperty("pid").GetString()!, client);
    }

    private async Task<RawWebSocket> AskAsync(string auth)
    {
        var client = await RawWebSocket.OpenAsync(_server, headers: "User-Agent: Mozilla/5.0\r\n");
        await client.SendTextAsync("40" + auth);
        return client;
    }

    private async Task<string> SayAsync(RawWebSocket client, string text)
    {
        _tales.Say(text);
        var packet = JsonElement.Parse((await client.ReadTextAsync())[2..]);
        Assert.That(packet[1].GetString(), Is.EqualTo(text));
        return packet[2].GetString()!;
    }

    private async Task DropAsync(RawWebSocket client)
    {
        await client.DisposeAsync();
        await WireServer.EventuallyAsync(() => _tales.Journal[^1].StartsWith("lost", StringComparison.Ordinal), "the drop was noticed");
    }

    /// <summary>Tells every socket the same, and notes down what becomes of them.</summary>
    private sealed class Tales : INamespaceHandler
    {
        private readonly Journal _journal = new();
        private readonly List<Socket> _sockets = [];

        public RecoveryOffer Recovery => RecoveryOffer.WhereUsable;

        public IReadOnlyList<string> Journal => _journal.Lines;

        public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation)
        {
            var json = System.Text.Encoding.UTF8.GetString(auth.Span);
            _journal.Add($"connect {json}");
            return ValueTask.FromResult(ConnectReply.Accept(new Handler(this, socket, json)));
        }

        public void Say(string text)
        {
            lock (_sockets)
            {
                foreach (var socket in _sockets)
                    socket.TryEmit("tale", System.Text.Encoding.UTF8.GetBytes($"\"{text}\""), []);
            }
        }

        private sealed class Handler(Tales tales, Socket socket, string user) : ISocketHandler
        {
            private readonly string _user = user;

            public ValueTask OnConnectedAsync()
            {
                lock (tales._sockets)
                    tales._sockets.Add(socket);
                return Note("connected");
            }

            public ValueTask OnEventAsync(IncomingEvent e) => ValueTask.CompletedTask;

            public ValueTask OnConnectionLostAsync(string reason) => Note($"lost {reason}");

            public bool TryContinueAs(ISocketHandler claimant) => ((Handler)claimant)._user == _user;

            public ValueTask OnRecoveredAsync()
            {
                socket.TryEmit("tale", "\"back\""u8.ToArray(), []);
                return Note("recovered");
            }

            public ValueTask OnDisconnectedAsync(string reason)
            {
                lock (tales._sockets)
                    tales._sockets.Remove(socket);
                return Note($"gone {reason}");
            }

            private ValueTask Note(string line)
            {
                tales._journal.Add(line);
                return ValueTask.CompletedTask;
            }
        }
    }

    private sealed class Journal
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public void Add(string line)
        {
            lock (_lines)
                _lines.Add(line);
        }
    }
}
