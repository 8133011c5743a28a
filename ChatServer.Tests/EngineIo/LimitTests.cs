using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>Whoever meets a limit is told so in the protocol's way, and the operator in one line.</summary>
[Parallelizable]
internal sealed class LimitTests
{
    private readonly ManualTime _time = new();
    private EchoRecorder _recorder = null!;
    private WireServer _server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _recorder = new EchoRecorder();
        _server = await WireServer.StartAsync(_recorder, new EngineIoOptions { MaxPayload = 1_000, MaxPacketsPerPost = 3, OutboundPackets = 16 }, _time);
    }

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task A_body_too_long_leaves_the_session()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        Assert.That((await client.PostAsync(new string('4', 1_001))).Status, Is.EqualTo(413));
        Assert.That((await client.PostAsync("4x")).Status, Is.EqualTo(200));
        AssertTold("MaxPayload");
    }

    [Test]
    public async Task Packets_too_many_are_a_parse_error_behind_those_that_may_be()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        Assert.That((await client.PostAsync("4a\x1e" + "4b\x1e" + "4c\x1e" + "4d")).Status, Is.EqualTo(400));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("parse error"));
        Assert.That(session.Unread(), Is.EqualTo(new[] { "a", "b", "c" }));
        AssertTold("MaxPacketsPerPost");
    }

    [Test]
    public async Task A_message_too_long_closes_the_websocket_with_1009()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        await socket.SendTextAsync(new string('4', 1_001));
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1009));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("transport error"));
        AssertTold("MaxPayload");
    }

    [Test]
    public async Task A_reader_too_slow_is_closed()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        while (session.Socket.TrySend(EchoRecorder.Text("x")))
            Assert.That(session.Socket.RoomInNextBatch, Is.LessThanOrEqualTo(16));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("slow consumer"));
        AssertTold("OutboundPackets");
    }

    [Test]
    public async Task A_candidate_too_late_is_closed_and_the_session_polls_on()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        await using var candidate = await RawWebSocket.JoinAsync(_server, client.Sid);
        await candidate.SendTextAsync("2probe");
        Assert.That(await candidate.ReadTextAsync(), Is.EqualTo("3probe"));
        _time.Advance(10_000);
        Assert.That(await candidate.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That((await client.PostAsync("4x")).Status, Is.EqualTo(200));
        AssertTold("UpgradeTimeout");
    }

    /// <summary>The web server's own clock and defaults: 240 bytes a second after five seconds.</summary>
    [Test]
    public async Task A_body_that_trickles_ends_its_session()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        await client.Posts.SendRequestAsync("POST", client.Target, "Content-Length: 500\r\n");
        await client.Posts.SendAsync("4trickle");
        Assert.That((await client.Posts.ReadResponseAsync()).Status, Is.EqualTo(408));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("transport error"));
        AssertTold("MinBodyRate");
    }

    private void AssertTold(string limit) => Assert.That(_server.Told, Is.EqualTo(new[] { $"Session 1 met the limit {limit}" }));
}
