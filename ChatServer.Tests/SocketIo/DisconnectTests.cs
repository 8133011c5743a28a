using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.SocketIo.Support;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md 12.6: leaving a namespace, from either side, once.</summary>
[Parallelizable]
internal sealed class DisconnectTests
{
    private SocketIoParty _party = null!;
    private Socket _socket = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _party = await SocketIoParty.JoinAsync();
        _socket = await _party.Root.SocketAsync();
    }

    [TearDown]
    public async Task LeaveAsync() => await _party.DisposeAsync();

    [Test]
    public async Task A_client_leaves_one_namespace_and_may_come_back()
    {
        await _party.SendAsync("41", "40/chat", "40");
        Assert.That(await _party.ReadAsync(), Does.StartWith("40/chat,{"));
        Assert.That(await _party.ReadAsync(), Does.StartWith("40{"));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect client namespace disconnect"));
        Assert.That(_socket.TryEmit("x", default, []), Is.False);
        await _party.AssertAliveAsync();
    }

    [TestCase("""42["x"]""")]
    [TestCase("41")]
    [TestCase("431[]")]
    public async Task A_packet_behind_the_clients_own_leave_closes_the_session(string packet)
    {
        await _party.SendAsync("41", packet);
        await _party.AssertClosedAsync("client namespace disconnect");
    }

    [Test]
    public async Task The_server_sends_a_socket_away_and_the_session_lives_on()
    {
        _socket.Disconnect();
        Assert.That(await _party.ReadAsync(), Is.EqualTo("41"));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect server namespace disconnect"));
        await _party.SendAsync("40");
        Assert.That(await _party.ReadAsync(), Does.StartWith("40{"));
        await _party.AssertAliveAsync();
    }

    [Test]
    public async Task Packets_under_way_to_a_namespace_the_server_closed_are_passed_over()
    {
        _socket.Disconnect();
        await _party.SendAsync("""42["x"]""", "41", "431[]", "40/chat");
        Assert.That(await _party.ReadAsync(), Is.EqualTo("41"));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect server namespace disconnect"));
        Assert.That(await _party.ReadAsync(), Does.StartWith("40/chat,{"));
        Assert.That(_party.Root.Unread(), Is.Empty);
    }

    [Test]
    public async Task The_attachments_of_a_packet_under_way_are_passed_over_as_well()
    {
        _socket.Disconnect();
        await _party.SendAsync("""451-["x",{"_placeholder":true,"num":0}]""");
        await _party.SendBinaryAsync(1, 2, 3);
        await _party.SendAsync("40");
        Assert.That(await _party.ReadAsync(), Is.EqualTo("41"));
        Assert.That(await _party.ReadAsync(), Does.StartWith("40{"));
        await _party.AssertAliveAsync();
    }

    [Test]
    public async Task Nothing_is_sent_behind_the_servers_own_leave()
    {
        _party.Root.OnEvent = (socket, _) =>
        {
            socket.TryEmit("before", default, []);
            socket.Disconnect();
            Assert.That(socket.TryEmit("behind", default, []), Is.False);
            socket.Disconnect();
            return ValueTask.CompletedTask;
        };
        await _party.SendAsync("""42["go"]""", "40");
        Assert.That(await _party.ReadAsync(), Is.EqualTo("""42["before"]"""));
        Assert.That(await _party.ReadAsync(), Is.EqualTo("41"));
        Assert.That(await _party.ReadAsync(), Does.StartWith("40{"));
    }

    [Test]
    public async Task A_handler_that_sends_its_own_socket_away_hears_of_it_when_it_is_done()
    {
        var gate = new TaskCompletionSource();
        _party.Root.OnEvent = async (socket, _) =>
        {
            socket.Disconnect();
            await gate.Task;
        };
        await _party.SendAsync("""42["go"]""");
        Assert.That(await _party.ReadAsync(), Is.EqualTo("41"));
        Assert.That(await _party.Root.HearAsync(), Does.StartWith("event go"));
        Assert.That(_party.Root.Unread(), Is.Empty);
        gate.SetResult();
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect server namespace disconnect"));
        Assert.That(_party.Root.Overlaps, Is.Zero);
    }

    [Test]
    public async Task Many_threads_that_send_a_socket_away_at_once_do_it_once()
    {
        for (var round = 0; round < 50; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(_socket.Disconnect)));
            Assert.That(await _party.ReadAsync(), Is.EqualTo("41"));
            await _party.SendAsync("40");
            Assert.That(await _party.ReadAsync(), Does.StartWith("40{"), "a second 41 would end the new socket");
            _socket = await _party.Root.SocketAsync();
            Assert.That(_party.Root.Unread().Count(line => line.StartsWith("disconnect", StringComparison.Ordinal)), Is.EqualTo(1).Or.Zero);
        }
    }

    /// <summary>Every ending at once: whichever wins, each socket is told once, alone, and last.</summary>
    [Test]
    public async Task Every_socket_is_told_once_that_it_is_over_and_last_of_all()
    {
        for (var round = 0; round < 50; round++)
        {
            await using var client = await RawWebSocket.OpenAsync(_party.Server);
            _party.Chat.OnEvent = async (_, _) => await Task.Yield();
            await client.SendTextAsync("40/chat");
            await client.ReadTextAsync();
            var socket = await _party.Chat.SocketAsync();
            await client.Connection.SendAsync((byte[])[.. RawWebSocket.TextFrame("""42/chat,["x"]"""), .. RawWebSocket.TextFrame("""42/chat,["x"]"""), .. RawWebSocket.TextFrame("41/chat,")]);
            await Task.WhenAll(Task.Run(socket.Disconnect), Task.Run(client.Connection.Reset));
            var lines = new List<string>();
            while (!lines.Any(line => line.StartsWith("disconnect", StringComparison.Ordinal)))
                lines.Add(await _party.Chat.HearAsync());
            await WireServer.EventuallyAsync(() => _party.Server.Engine.Count == 1, "the session is gone");
            Assert.That(_party.Chat.Unread(), Is.Empty);
        }
        Assert.That(_party.Chat.Overlaps, Is.Zero);
    }

    [Test]
    public async Task The_end_of_the_session_ends_every_namespace_with_the_sessions_reason()
    {
        await _party.SendAsync("40/chat");
        await _party.ReadAsync();
        await _party.SendAsync("4"[..0]);
        Assert.That(await _party.Client.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect parse error"));
        Assert.That(await _party.Chat.HearAsync(), Is.EqualTo("connect {}"));
        Assert.That(await _party.Chat.HearAsync(), Is.EqualTo("disconnect parse error"));
    }
}
