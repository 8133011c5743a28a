using ChatServer.EngineIo;
using ChatServer.EngineIo.Transports;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md section 8, on a clock that the tests move.</summary>
[Parallelizable]
internal sealed class HeartbeatTests
{
    private const int Interval = 25_000;
    private const int Timeout = 20_000;

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
    public async Task A_websocket_is_pinged_after_each_interval_and_lives_as_long_as_it_answers()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        for (var round = 0; round < 5; round++)
        {
            _time.Advance(Interval - 1);
            await EchoAsync(socket, "before the ping");
            _time.Advance(1);
            Assert.That(await socket.ReadTextAsync(), Is.EqualTo("2"));
            _time.Advance(Timeout - 1);
            await socket.SendTextAsync("3");
            await EchoAsync(socket, "behind the pong");
        }
        Assert.That(_server.Engine.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_websocket_that_does_not_answer_is_closed_at_the_deadline()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        _time.Advance(Interval);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("2"));
        _time.Advance(Timeout - 1);
        Assert.That(_server.Engine.Count, Is.EqualTo(1), "not a moment early");
        _time.Advance(1);
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("ping timeout"));
    }

    [Test]
    public async Task On_polling_the_ping_is_a_poll_and_the_end_is_a_close_packet()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        await HoldAsync(client, session);
        _time.Advance(Interval);
        Assert.That((await client.EndPollAsync()).Body, Is.EqualTo("2"));
        await HoldAsync(client, session);
        _time.Advance(Timeout);
        Assert.That((await client.EndPollAsync()).Body, Is.EqualTo("1"));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("ping timeout"));
        Assert.That((await client.PostAsync("3")).Body, Does.StartWith("{\"code\":1"));
    }

    [Test]
    public async Task Any_packet_puts_the_deadline_off_once()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        _time.Advance(Interval);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("2"));
        _time.Advance(5_000);
        await EchoAsync(socket, "once");
        _time.Advance(Timeout - 1);
        await EchoAsync(socket, "the second time counts for nothing");
        Assert.That(_server.Engine.Count, Is.EqualTo(1));
        _time.Advance(1);
        Assert.That(_server.Engine.Count, Is.Zero);
    }

    [Test]
    public async Task A_packet_that_is_otherwise_ignored_puts_the_deadline_off_as_well()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        session.Socket.TrySend(EchoRecorder.Text("x"));
        await socket.ReadTextAsync();
        _time.Advance(Interval);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("2"));
        await using var client = await PollingClient.OpenAsync(_server);
        _time.Advance(Interval);
        Assert.That(_server.Engine.Count, Is.EqualTo(1), "the websocket went unanswered");
        await client.PostAsync("6");
        _time.Advance(Timeout - 1);
        Assert.That(_server.Engine.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task An_unasked_pong_starts_the_interval_again()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        _time.Advance(Interval - 1);
        await socket.SendTextAsync("3");
        await EchoAsync(socket, "behind the pong");
        _time.Advance(Interval - 1);
        await EchoAsync(socket, "no ping yet");
        _time.Advance(1);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("2"));
    }

    [TestCase("GET", "")]
    [TestCase("POST", "3")]
    public async Task A_request_at_the_deadline_finds_the_session_gone_even_before_the_timer_fires(string method, string body)
    {
        var late = new LateTime();
        await using var server = await WireServer.StartAsync(_recorder, time: late);
        await using var client = await PollingClient.OpenAsync(server);
        late.FireAll();
        late.Now = TimeSpan.FromMilliseconds(Timeout);
        await client.Posts.SendRequestAsync(method, client.Target, "", System.Text.Encoding.UTF8.GetBytes(body));
        Assert.That((await client.Posts.ReadResponseAsync()).Body, Is.EqualTo("""{"code":1,"message":"Session ID unknown"}"""));
        Assert.That(server.Engine.Count, Is.Zero);
    }

    [Test]
    public async Task A_deadline_whose_timer_fires_a_little_early_is_still_met()
    {
        var early = new LateTime();
        await using var server = await WireServer.StartAsync(_recorder, time: early);
        await using var client = await PollingClient.OpenAsync(server);
        early.FireAll();
        early.Now = TimeSpan.FromMilliseconds(Timeout - 2);
        early.FireAll();
        Assert.That(server.Engine.Count, Is.EqualTo(1), "too early");
        early.Now = TimeSpan.FromMilliseconds(Timeout);
        early.FireAll();
        Assert.That(server.Engine.Count, Is.Zero, "it was never looked at again");
    }

    /// <summary>The suites poll exactly an interval and a timeout after the handshake and want the session gone.</summary>
    [Test]
    public async Task A_ping_that_is_a_little_late_does_not_put_the_deadline_off()
    {
        var late = new LateTime();
        await using var server = await WireServer.StartAsync(_recorder, time: late);
        await using var client = await PollingClient.OpenAsync(server);
        late.Now = TimeSpan.FromMilliseconds(Interval + 15);
        late.FireAll();
        late.Now = TimeSpan.FromMilliseconds(Interval + Timeout);
        Assert.That((await client.PostAsync("3")).Body, Is.EqualTo("""{"code":1,"message":"Session ID unknown"}"""));
    }

    [Test]
    public async Task A_ping_that_is_very_late_leaves_the_client_nine_tenths_of_the_timeout()
    {
        var late = new LateTime();
        await using var server = await WireServer.StartAsync(_recorder, time: late);
        await using var client = await PollingClient.OpenAsync(server);
        late.Now = TimeSpan.FromMilliseconds(10 * Interval);
        late.FireAll();
        late.Now += TimeSpan.FromMilliseconds(Timeout * 9 / 10 - 1);
        Assert.That((await client.PostAsync("3")).Body, Is.EqualTo("ok"));
    }

    [Test]
    public async Task The_heartbeat_runs_on_across_an_upgrade()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        _time.Advance(Interval);
        Assert.That(await client.PollAsync(), Is.EqualTo("2"));
        await using var socket = await RawWebSocket.JoinAsync(_server, client.Sid);
        await socket.SendTextAsync("5");
        await WireServer.EventuallyAsync(() => session.Socket.TransportName is "websocket", "the upgrade");
        _time.Advance(Timeout);
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1005), "the pong that was due on polling is due on the websocket");
        Assert.That(await session.ReasonAsync(), Is.EqualTo("ping timeout"));
    }

    [Test]
    public async Task An_ordered_close_waits_thirty_seconds_for_a_poll()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        var session = await _recorder.NextAsync();
        session.Socket.TrySend(EchoRecorder.Text("x"));
        session.Socket.Close(CloseReason.ForcedClose);
        _time.Advance(29_999);
        Assert.That(_server.Engine.Count, Is.EqualTo(1));
        _time.Advance(1);
        Assert.That(_server.Engine.Count, Is.Zero);
        Assert.That(await session.ReasonAsync(), Is.EqualTo("forced close"));
    }

    private static async Task EchoAsync(RawWebSocket socket, string text)
    {
        await socket.SendTextAsync($"4{text}");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo($"4{text}"));
    }

    private static async Task HoldAsync(PollingClient client, EchoRecorder.Session session)
    {
        await client.BeginPollAsync();
        var polling = (PollingTransport)session.Socket.Transport;
        await WireServer.EventuallyAsync(() => polling.IsHolding, "the poll is held");
    }

    /// <summary>A clock whose timers fire when they are told to, early or late.</summary>
    private sealed class LateTime : TimeProvider
    {
        private readonly List<Late> _timers = [];

        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Late(() => callback(state));
            _timers.Add(timer);
            timer.Change(dueTime, period);
            return timer;
        }

        public void FireAll()
        {
            foreach (var timer in _timers.Where(timer => timer.IsSet).ToList())
                timer.Fire();
        }

        private sealed class Late(Action act) : ITimer
        {
            public bool IsSet { get; private set; }

            public void Fire()
            {
                IsSet = false;
                act();
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => IsSet = dueTime >= TimeSpan.Zero;

            public void Dispose() => IsSet = false;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
