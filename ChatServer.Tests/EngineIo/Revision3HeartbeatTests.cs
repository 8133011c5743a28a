using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md section 8, Engine.IO 3: the client pings. On a clock that the tests move.</summary>
[Parallelizable]
internal sealed class Revision3HeartbeatTests
{
    private const string V3 = "EIO=3";
    private const int Limit = 25_000 + 20_000;

    private EchoRecorder _recorder = null!;
    private ManualTime _time = null!;
    private WireServer _server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        (_time, _recorder) = (new ManualTime(), new EchoRecorder());
        _server = await WireServer.StartAsync(_recorder, time: _time);
    }

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Each_ping_is_answered_and_is_good_for_an_interval_and_a_timeout()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        for (var round = 0; round < 3; round++)
        {
            _time.Advance(Limit - 1);
            await socket.SendTextAsync("2");
            Assert.That(await socket.ReadTextAsync(), Is.EqualTo("3"), "and nothing else: the server does not ping");
        }
        _time.Advance(Limit - 1);
        Assert.That(_server.Engine.Count, Is.EqualTo(1), "not a moment early");
        _time.Advance(1);
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await (await _recorder.NextAsync()).ReasonAsync(), Is.EqualTo("ping timeout"));
    }

    [Test]
    public async Task What_a_ping_carries_is_not_echoed()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        await socket.SendTextAsync("2probe");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("3"));
    }

    [Test]
    public async Task Other_packets_do_not_stand_for_a_ping()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        _time.Advance(Limit - 1);
        await socket.SendTextAsync("4x");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("4x"));
        _time.Advance(1);
        Assert.That(_server.Engine.Count, Is.Zero);
    }

    [Test]
    public async Task On_polling_the_pong_is_a_poll_and_the_end_is_a_close_packet()
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        for (var round = 0; round < 3; round++)
        {
            _time.Advance(Limit - 1);
            Assert.That((await client.PostAsync("1:2")).Body, Is.EqualTo("ok"));
            Assert.That(await client.PollAsync(), Is.EqualTo("1:3"));
        }
        _time.Advance(Limit);
        Assert.That((await client.PostAsync("1:2")).Body, Is.EqualTo("""{"code":1,"message":"Session ID unknown"}"""));
    }

    [TestCase(V3, "3")]
    [TestCase("EIO=4", "2")]
    public async Task A_heartbeat_in_the_wrong_direction_is_a_transport_error(string query, string packet)
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, query);
        await socket.SendTextAsync(packet);
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await (await _recorder.NextAsync()).ReasonAsync(), Is.EqualTo("transport error"));
    }

    [Test]
    public async Task The_deadline_is_kept_across_an_upgrade()
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        var session = await _recorder.NextAsync();
        _time.Advance(Limit - 1);
        await using var socket = await RawWebSocket.JoinAsync(_server, client.Sid, V3);
        await socket.SendTextAsync("5");
        await WireServer.EventuallyAsync(() => session.Socket.TransportName is "websocket", "the upgrade");
        _time.Advance(1);
        Assert.That(await session.ReasonAsync(), Is.EqualTo("ping timeout"));
    }

    [Test]
    public async Task A_ping_does_not_delay_an_ordered_close()
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        var session = await _recorder.NextAsync();
        session.Socket.TrySend(EchoRecorder.Text("x"));
        session.Socket.Close(CloseReason.ForcedClose);
        _time.Advance(29_999);
        await client.PostAsync("1:2");
        Assert.That(_server.Engine.Count, Is.EqualTo(1));
        _time.Advance(1);
        Assert.That(_server.Engine.Count, Is.Zero);
    }
}
