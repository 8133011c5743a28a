using System.Text.Json.Serialization.Metadata;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.SocketIo.Support;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md 12.5: events, acknowledgements, and what a failing handler costs.</summary>
[Parallelizable]
internal sealed class EventTests
{
    private static readonly JsonTypeInfo<int> Number = JsonTypeInfo.CreateJsonTypeInfo<int>(new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    private SocketIoParty _party = null!;
    private Socket _socket = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _party = await SocketIoParty.JoinAsync(expectsFaults: true);
        _socket = await _party.Root.SocketAsync();
    }

    [TearDown]
    public async Task LeaveAsync() => await _party.DisposeAsync();

    [TestCase("""420["x"]""", "430[]")]
    [TestCase("""42/,0["x"]""", "430[]")]
    [TestCase("""42007["x",null]""", "437[null]")]
    [TestCase("""429007199254740991["x",1,[2],{"a":"€😀"}]""", """439007199254740991[1,[2],{"a":"€😀"}]""")]
    [TestCase("""421[5,"number for a name"]""", """431["number for a name"]""")]
    [TestCase("""421[ "x" , 1 , 2 ]""", "431[1 , 2 ]")]
    [TestCase("""421["\u0078\n","\ud800"]""", """431["\ud800"]""")]
    [TestCase("""421["x",1e400,9007199254740993,{"a":1,"a":2,"__proto__":3}]""", """431[1e400,9007199254740993,{"a":1,"a":2,"__proto__":3}]""")]
    public async Task An_event_with_an_id_is_acked_with_the_same_id(string packet, string ack)
    {
        await _party.SendAsync(packet);
        Assert.That(await _party.ReadAsync(), Is.EqualTo(ack));
    }

    [Test]
    public async Task Events_are_handled_in_wire_order_one_at_a_time()
    {
        _party.Root.OnEvent = async (_, _) => await Task.Yield();
        await _party.SendAsync([.. Enumerable.Range(0, 200).Select(n => $"""42["{n}"]""")]);
        foreach (var n in Enumerable.Range(0, 200))
            Assert.That(await _party.Root.HearAsync(), Is.EqualTo($"""event {n} ["{n}"]"""));
        Assert.That(_party.Root.Overlaps, Is.Zero);
    }

    [TestCase("43[1]")]
    [TestCase("437[1]")]
    [TestCase("43/chat,0[1]")]
    public async Task An_ack_that_nobody_waits_for_is_ignored(string packet)
    {
        await _party.SendAsync("40/chat");
        await _party.ReadAsync();
        await _party.SendAsync(packet);
        await _party.AssertAliveAsync();
    }

    [Test]
    public async Task The_server_hears_its_ack_once()
    {
        var first = _socket.EmitWithAckAsync("ask", 1, Number, TimeSpan.FromSeconds(5));
        var second = _socket.EmitWithAckAsync("ask", 2, Number, TimeSpan.FromSeconds(5));
        Assert.That(await _party.ReadAsync(), Is.EqualTo("""421["ask",1]"""));
        Assert.That(await _party.ReadAsync(), Is.EqualTo("""422["ask",2]"""));
        await _party.SendAsync("""432["b"]""", """432["again"]""", """461-1[{"_placeholder":true,"num":0}]""");
        await _party.SendBinaryAsync(9);
        Assert.That(System.Text.Encoding.UTF8.GetString((await second)!.Payload.Span), Is.EqualTo("""["b"]"""));
        Assert.That((await first)!.Attachments.Single().ToArray(), Is.EqualTo(new byte[] { 9 }));
        await _party.AssertAliveAsync();
    }

    [Test]
    public async Task An_ack_that_is_late_is_none()
    {
        var asking = _socket.EmitWithAckAsync("ask", 1, Number, TimeSpan.FromSeconds(5));
        Assert.That(await _party.ReadAsync(), Is.EqualTo("""421["ask",1]"""));
        _party.Time.Advance(5_000);
        Assert.That(await asking, Is.Null);
        await _party.SendAsync("431[1]");
        await _party.AssertAliveAsync();
    }

    [TestCase("41")]
    [TestCase("reset")]
    [TestCase("server")]
    public async Task Whoever_waits_for_an_ack_hears_that_the_socket_is_over(string ending)
    {
        var asking = _socket.EmitWithAckAsync("ask", 1, Number, TimeSpan.FromSeconds(5));
        await _party.ReadAsync();
        if (ending is "41")
            await _party.SendAsync("41");
        else if (ending is "reset")
            _party.Client.Connection.Reset();
        else
            _socket.Disconnect();
        Assert.That(await asking.WaitAsync(WireServer.Patience), Is.Null);
        Assert.That(await _socket.EmitWithAckAsync("ask", 1, Number, TimeSpan.FromSeconds(5)), Is.Null, "nor is another begun");
    }

    [Test]
    public async Task Acks_awaited_from_one_socket_are_bounded()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { MaxPendingAcks = 2 });
        var socket = await party.Root.SocketAsync();
        var waiting = Enumerable.Range(0, 3).Select(n => socket.EmitWithAckAsync("ask", n, Number, TimeSpan.FromSeconds(5))).ToList();
        Assert.That(waiting.Select(ask => ask.IsCompleted), Is.EqualTo(new[] { false, false, true }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_handler_that_throws_ends_its_session_and_is_told_so(bool atOnce)
    {
        _party.Root.OnEvent = (_, e) => e.Name is not "bad" ? ValueTask.CompletedTask : atOnce ? throw new InvalidOperationException("a bug") : Late();
        await using var other = await RawWebSocket.OpenAsync(_party.Server);
        await other.SendTextAsync("40/chat");
        await other.ReadTextAsync();
        await _party.SendAsync("""42["bad"]""");
        Assert.That(await _party.Client.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await _party.Root.HearAsync(), Does.StartWith("event bad"));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect forced close"));
        await other.SendTextAsync("""42/chat,1["x"]""");
        Assert.That(await other.ReadTextAsync(), Is.EqualTo("43/chat,1[]"), "nobody else is hurt");

        static async ValueTask Late()
        {
            await Task.Yield();
            throw new InvalidOperationException("a bug");
        }
    }

    [Test]
    public async Task A_handler_that_throws_on_connection_is_told_that_it_is_over()
    {
        _party.Chat.OnConnected = _ => throw new InvalidOperationException("a bug");
        await _party.SendAsync("40/chat");
        Assert.That(await _party.ReadAsync(), Does.StartWith("40/chat,"));
        Assert.That(await _party.Client.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await _party.Chat.HearAsync(), Is.EqualTo("connect {}"));
        Assert.That(await _party.Chat.HearAsync(), Is.EqualTo("disconnect forced close"));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect forced close"));
    }

    [Test]
    public async Task Nothing_behind_a_malformed_packet_is_handled_even_if_it_was_received()
    {
        var gate = new TaskCompletionSource();
        _party.Root.OnEvent = (_, e) => e.Name is "slow" ? new ValueTask(gate.Task) : ValueTask.CompletedTask;
        await _party.SendAsync("""42["slow"]""", "42[", """42["behind"]""");
        Assert.That(await _party.Root.HearAsync(), Does.StartWith("event slow"));
        await _party.Client.SendAsync(0x89);
        Assert.That((await _party.Client.ReadAsync()).First, Is.EqualTo(0x8a), "all of it has been received");
        gate.SetResult();
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect forced close"));
        Assert.That(await _party.Client.ReadCloseAsync(), Is.EqualTo(1005));
    }

    [Test]
    public async Task Attachments_of_concurrent_emits_do_not_mix()
    {
        var emitting = Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                ReadOnlyMemory<byte>[] attachments = [(byte[])[(byte)n, 0], (byte[])[(byte)n, 1]];
                Assert.That(_socket.TryEmit("b", System.Text.Encoding.UTF8.GetBytes($$"""{{n}},{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"""), attachments));
            }
        })));
        for (var i = 0; i < 40; i++)
        {
            var head = await _party.ReadAsync();
            Assert.That(head, Does.StartWith("452-[\"b\","));
            var n = (byte)(head[9] - '0');
            Assert.That((await _party.Client.ReadAsync()).Payload, Is.EqualTo(new byte[] { n, 0 }));
            Assert.That((await _party.Client.ReadAsync()).Payload, Is.EqualTo(new byte[] { n, 1 }));
        }
        await emitting;
    }
}
