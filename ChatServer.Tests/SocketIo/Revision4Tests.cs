using System.Text;
using ChatServer.EngineIo;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;
using ChatServer.Tests.EngineIo.Support;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md section 13: Socket.IO 4 over Engine.IO 3, packet by packet.</summary>
[Parallelizable]
internal sealed class Revision4Tests
{
    private const string V3 = "EIO=3";

    private Notebook _log = null!;
    private ManualTime _time = null!;
    private Space _root = null!;
    private Space _admin = null!;
    private WireServer _server = null!;

    [SetUp]
    public Task StartAsync()
    {
        (_time, _log, _root, _admin) = (new ManualTime(), new Notebook(), new Space(), new Space());
        return ServeAsync(new() { ["/"] = _root, ["/admin"] = _admin });
    }

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task The_root_is_joined_unasked_and_without_data()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, $"{V3}&token=abc");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40"));
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("""42["auth",{}]"""));
        await AssertAliveAsync(socket);
    }

    [Test]
    public async Task On_polling_the_join_comes_with_the_poll_behind_the_handshake()
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        Assert.That(client.Opening, Does.EndWith("}"));
        Assert.That(await client.PollAsync(), Is.EqualTo("""2:4013:42["auth",{}]"""));
    }

    [Test]
    public async Task Revision_5_still_asks_and_gets_data()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        await socket.SendTextAsync("40");
        Assert.That(await socket.ReadTextAsync(), Does.StartWith("40{\"sid\":\""));
    }

    [TestCase("40/admin", "{}")]
    [TestCase("40/admin,", "{}")]
    [TestCase("40/admin?,", "{}")]
    [TestCase("40/admin?token=1&a=b,", """{"token":"1","a":"b"}""")]
    [TestCase("40/admin?token=1&token=2", """{"token":"2"}""")]
    [TestCase("40/admin?a+b=%C3%A4%2C%22+%F0%9F%98%80&c&__proto__=x=y", """{"a b":"ä,\" \uD83D\uDE00","c":"","__proto__":"x=y"}""")]
    [TestCase("""40/admin,{"token":"a payload is none"}""", "{}")]
    public async Task Another_namespace_takes_its_auth_from_the_query(string packet, string auth)
    {
        await using var socket = await JoinedAsync();
        await socket.SendTextAsync(packet);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40/admin,"));
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo($$"""42/admin,["auth",{{auth}}]"""));
        await socket.SendTextAsync("""42/admin,7["echo",1]""");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("43/admin,7[1]"));
    }

    /// <summary>A token is longer than any name may be.</summary>
    [Test]
    public async Task A_query_may_be_longer_than_a_name()
    {
        await using var socket = await JoinedAsync();
        var token = new string('x', 4_000);
        await socket.SendTextAsync($"40/admin?token={token},");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40/admin,"));
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo($$"""42/admin,["auth",{"token":"{{token}}"}]"""));
        await socket.SendTextAsync($"40/{new string('n', 64)}?token=1,");
        Assert.That((await socket.ReadAsync()).First, Is.EqualTo(0x88), "the name itself is bounded");
    }

    [Test]
    public async Task Ids_are_made_of_the_sessions_own_which_the_log_never_sees()
    {
        string sid;
        await using (var socket = await JoinedAsync())
        {
            sid = PollingClient.SidIn(socket.Opening);
            await socket.SendTextAsync("40/admin,");
            await socket.ReadTextAsync();
            Assert.That(_root.Sockets.Single().Id, Is.EqualTo(sid));
            Assert.That(_admin.Sockets.Single().Id, Is.EqualTo($"/admin#{sid}"));
        }
        await _server.NoSessionIsLeftAsync();
        await WireServer.EventuallyAsync(() => _log.Lines.Count(line => line.Contains("left", StringComparison.Ordinal)) == 2, "both sockets left");
        Assert.That(_log.Lines, Has.None.Contains(sid).And.Some.Contains("/admin#"));
    }

    [TestCase("nope", "", "\"nope\"")]
    [TestCase("nope", """{"code":7}""", """{"code":7}""")]
    [TestCase("\"ä\"", "", "\"\\\"ä\\\"\"")]
    public async Task A_refusal_is_its_message_or_its_data(string message, string data, string payload)
    {
        await using var socket = await JoinedAsync();
        _admin.Refusal = ConnectReply.Refuse(message, Encoding.UTF8.GetBytes(data));
        await socket.SendTextAsync("40/admin,");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo($"44/admin,{payload}"));
        _admin.Refusal = null;
        await socket.SendTextAsync("40/admin,");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40/admin,"), "it may try again");
    }

    [Test]
    public async Task A_refused_root_leaves_the_session_to_the_client()
    {
        _root.Refusal = ConnectReply.Refuse("nope");
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("44\"nope\""));
        await socket.SendTextAsync("40/admin,");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40/admin,"));
    }

    [TestCase("40/nowhere", "44/nowhere,\"Invalid namespace\"")]
    [TestCase("40/nowhere?token=1,", "44/nowhere,\"Invalid namespace\"")]
    public async Task An_unknown_namespace_is_refused_with_a_string(string packet, string answer)
    {
        await using var socket = await JoinedAsync();
        await socket.SendTextAsync(packet);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo(answer));
        await AssertAliveAsync(socket);
    }

    [TestCase("40")]
    [TestCase("40/,")]
    [TestCase("40/?token=1,")]
    public async Task Joining_the_root_again_changes_nothing(string packet)
    {
        await using var socket = await JoinedAsync();
        await socket.SendTextAsync(packet);
        await AssertAliveAsync(socket);
        Assert.That(_root.Sockets, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Joining_another_namespace_again_closes()
    {
        await using var socket = await JoinedAsync();
        await socket.SendTextAsync("40/admin,");
        await socket.ReadTextAsync();
        await socket.ReadTextAsync();
        await socket.SendTextAsync("40/admin?again=1,");
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1005));
    }

    [Test]
    public async Task Leaving_the_root_leaves_the_others()
    {
        await using var socket = await JoinedAsync();
        await socket.SendTextAsync("40/admin,");
        await socket.ReadTextAsync();
        await socket.ReadTextAsync();
        await socket.SendTextAsync("41");
        await socket.SendTextAsync("""42/admin,7["echo",1]""");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("43/admin,7[1]"));
        Assert.That(_root.Reasons, Is.EqualTo(new[] { "client namespace disconnect" }));
        await socket.SendTextAsync("40");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40"), "and it can be joined again");
    }

    [Test]
    public async Task Binary_arguments_and_acks_travel_as_in_revision_5_behind_their_type()
    {
        await using var socket = await JoinedAsync();
        await socket.SendTextAsync("""451-5["echo",{"_placeholder":true,"num":0}]""");
        await socket.SendAsync(0x82, 4, 1, 2, 3);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("""461-5[{"_placeholder":true,"num":0}]"""));
        Assert.That((await socket.ReadAsync()).Payload, Is.EqualTo(new byte[] { 4, 1, 2, 3 }));
    }

    [Test]
    public async Task Packets_wait_until_the_root_has_answered()
    {
        _root.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        await socket.SendTextAsync("""421["echo",1]""");
        await socket.SendTextAsync("2");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("3"), "the heartbeat does not wait");
        _root.Gate.SetResult();
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40"));
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("""42["auth",{}]"""));
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("431[1]"));
    }

    [Test]
    public async Task A_root_that_nobody_serves_is_there_and_says_nothing()
    {
        await _server.DisposeAsync();
        await ServeAsync(new() { ["/admin"] = _admin });
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40"), "a refusal would reach the client's other namespaces as an error");
        await socket.SendTextAsync("""421["echo",1]""");
        await socket.SendTextAsync("40/admin,");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40/admin,"));
    }

    [TestCase(true, 1)]
    [TestCase(false, 0)]
    public async Task A_session_without_a_served_namespace_is_closed_in_time(bool isRootServed, int left)
    {
        await _server.DisposeAsync();
        await ServeAsync(isRootServed ? new() { ["/"] = _root } : new() { ["/admin"] = _admin });
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40"));
        _time.Advance(45_000);
        Assert.That(_server.Engine.Count, Is.EqualTo(left));
    }

    [Test]
    public async Task A_root_that_fails_to_answer_ends_the_session()
    {
        _root.Gate = new TaskCompletionSource();
        _root.Gate.SetException(new InvalidOperationException("on purpose"));
        await _server.DisposeAsync();
        await ServeAsync(new() { ["/"] = _root }, expectsFaults: true);
        await using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendRequestAsync("GET", $"{WireServer.Path}?{V3}&transport=websocket", RawWebSocket.Handshake);
        Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(101));
        await connection.SendAsync(RawWebSocket.Frame(0x88, []));
        await connection.ReadToEndAsync();
        await _server.NoSessionIsLeftAsync();
        Assert.That(_server.Faults, Has.Some.Contains("on purpose"));
    }

    [TestCase("/admin", "/admin", "")]
    [TestCase("/admin?", "/admin", "")]
    [TestCase("/admin?a=b?c", "/admin", "a=b?c")]
    [TestCase("/?a", "/", "a")]
    public void A_query_begins_at_the_first_question_mark(string sent, string name, string query)
    {
        ReadOnlyMemory<byte> nsp = Encoding.UTF8.GetBytes(sent);
        var cut = SocketIoRevision.V4.CutQuery(ref nsp);
        Assert.That((Encoding.UTF8.GetString(nsp.Span), Encoding.UTF8.GetString(cut.Span)), Is.EqualTo((name, query)));
    }

    [Test]
    public void No_query_makes_auth_throw()
    {
        var random = new Random(7);
        string[] parts = ["a", "=", "&", "%", "%C3", "%ED%A0%80", "+", "ä", "😀", "?", "#", "\"", "\\", "\0"];
        for (var round = 0; round < 20_000; round++)
        {
            var query = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            using var json = System.Text.Json.JsonDocument.Parse(QueryAuth.ToJson(Encoding.UTF8.GetBytes(query)));
            Assert.That(json.RootElement.EnumerateObject().Select(pair => pair.Value.ValueKind), Is.All.EqualTo(System.Text.Json.JsonValueKind.String));
        }
    }

    private static async Task AssertAliveAsync(RawWebSocket socket)
    {
        await socket.SendTextAsync("""42991["echo","alive"]""");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("""43991["alive"]"""));
    }

    private async Task ServeAsync(Dictionary<string, INamespaceHandler> namespaces, bool expectsFaults = false)
    {
        var handler = new SocketIoServer(namespaces, new SocketIoOptions(), _time, new Logger<SocketIoServer>(_log));
        _server = await WireServer.StartAsync(handler, new EngineIoOptions { PingInterval = 3_600_000 }, _time, expectsFaults);
    }

    private async Task<RawWebSocket> JoinedAsync()
    {
        var socket = await RawWebSocket.OpenAsync(_server, V3);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("40"));
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("""42["auth",{}]"""));
        return socket;
    }

    /// <summary>A namespace that emits its client's auth, and acks every event with its own arguments.</summary>
    private sealed class Space : INamespaceHandler
    {
        public List<Socket> Sockets { get; } = [];

        public List<string> Reasons { get; } = [];

        public ConnectReply? Refusal { get; set; }

        /// <summary>What the answer to a CONNECT waits for.</summary>
        public TaskCompletionSource? Gate { get; set; }

        public async ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation)
        {
            if (Gate is not null)
                await Gate.Task;
            return Refusal ?? ConnectReply.Accept(new Handler(this, socket, auth.ToArray()));
        }

        private sealed class Handler(Space space, Socket socket, byte[] auth) : ISocketHandler
        {
            public ValueTask OnConnectedAsync()
            {
                space.Sockets.Add(socket);
                socket.TryEmit("auth", auth, []);
                return ValueTask.CompletedTask;
            }

            public ValueTask OnEventAsync(IncomingEvent e)
            {
                if (e.AckId is { } id)
                    socket.TryAck(id, e.Arguments, e.Attachments);
                return ValueTask.CompletedTask;
            }

            public ValueTask OnDisconnectedAsync(string reason)
            {
                space.Reasons.Add(reason);
                return ValueTask.CompletedTask;
            }
        }
    }

    /// <summary>Keeps every line of the log.</summary>
    private sealed class Notebook : ILoggerFactory, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
