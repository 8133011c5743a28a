using ChatServer.EngineIo;
using ChatServer.EngineIo.Transports;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>Every queue is bounded: what a client that does not read, or that is read too slowly, costs.</summary>
[Parallelizable]
internal sealed class BoundsTests
{
    private static readonly string Kilobytes = new('x', 4_000);

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_client_that_never_reads_is_closed_as_a_slow_consumer_and_nobody_else_is_hurt(bool isWebSocket)
    {
        var recorder = new EchoRecorder();
        await using var server = await WireServer.StartAsync(recorder, new EngineIoOptions { CloseTimeout = 100 });
        await using var other = await RawWebSocket.OpenAsync(server);
        await recorder.NextAsync();
        await using IAsyncDisposable slow = isWebSocket ? await RawWebSocket.OpenAsync(server) : await PollingClient.OpenAsync(server);
        var session = await recorder.NextAsync();
        var sent = 0;
        while (session.Socket.TrySend(EchoRecorder.Text(Kilobytes)))
            Assert.That(++sent, Is.LessThan(10_000), "the queue takes whatever comes");
        Assert.That(await session.ReasonAsync(), Is.EqualTo("slow consumer"));
        Assert.That(session.Socket.TrySend(EchoRecorder.Text("x")), Is.False);
        await other.SendTextAsync("4unhurt");
        Assert.That(await other.ReadTextAsync(), Is.EqualTo("4unhurt"));
        await WireServer.EventuallyAsync(() => server.Engine.Count == 1, "only the other is left");
    }

    [TestCase(1, 1_023, true)]
    [TestCase(1, 1_024, true)]
    [TestCase(1, 1_025, false)]
    [TestCase(10_000, 400, true)]
    [TestCase(10_000, 401, false)]
    public async Task The_outbound_queue_takes_1024_packets_or_four_megabytes(int length, int count, bool lives)
    {
        var recorder = new EchoRecorder();
        await using var server = await WireServer.StartAsync(recorder);
        await using var client = await PollingClient.OpenAsync(server);
        var session = await recorder.NextAsync();
        var text = new string('x', length - 1);
        var taken = Enumerable.Range(0, count).Count(_ => session.Socket.TrySend(EchoRecorder.Text(text)));
        Assert.That((taken == count, server.Engine.Count), Is.EqualTo((lives, lives ? 1 : 0)));
    }

    [Test]
    public async Task One_packet_larger_than_the_queue_can_leave()
    {
        var recorder = new EchoRecorder();
        await using var server = await WireServer.StartAsync(recorder, new EngineIoOptions { OutboundBytes = 1_000 });
        await using var client = await PollingClient.OpenAsync(server);
        Assert.That((await recorder.NextAsync()).Socket.TrySend(EchoRecorder.Text(Kilobytes)));
        Assert.That(await client.PollAsync(), Is.EqualTo($"4{Kilobytes}"));
    }

    [Test]
    public async Task A_client_whose_messages_are_handled_slowly_is_read_no_further_and_its_pong_is_not_held_against_it()
    {
        var (time, gate) = (new ManualTime(), new TaskCompletionSource());
        var recorder = new EchoRecorder { OnText = async (_, _) => await gate.Task };
        await using var server = await WireServer.StartAsync(recorder, new EngineIoOptions { InboundMessages = 10 }, time);
        await using var socket = await RawWebSocket.OpenAsync(server);
        var session = await recorder.NextAsync();
        var flooding = socket.Connection.SendAsync(Enumerable.Range(0, 5_000).SelectMany(_ => RawWebSocket.TextFrame($"4{Kilobytes}")).ToArray());
        await session.HearAsync();
        await WireServer.EventuallyAsync(() => session.Socket.IsReadingPaused, "no more is read");
        time.Advance(25_000);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("2"));
        time.Advance(200_000);
        Assert.That(flooding.IsCompleted, Is.False, "20 MB found room somewhere");
        Assert.That(server.Engine.Count, Is.EqualTo(1), "the server does not read, so it cannot expect a pong");
        gate.SetResult();
        await flooding;
        await socket.SendTextAsync("3");
        await socket.SendAsync(0x89);
        Assert.That((await socket.ReadAsync()).First, Is.EqualTo(0x8a), "all before it has been read, the pong included");
        for (var n = 1; n < 5_000; n++)
            await session.HearAsync();
        time.Advance(24_000);
        Assert.That(server.Engine.Count, Is.EqualTo(1));
    }

    /// <summary>A handler that hangs must not keep the connection of a client that is gone.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task The_end_of_a_session_frees_a_reader_that_waits_for_its_handler(bool isWebSocket)
    {
        var gate = new TaskCompletionSource();
        var recorder = new EchoRecorder { OnText = async (_, _) => await gate.Task };
        await using var server = await WireServer.StartAsync(recorder, new EngineIoOptions { InboundMessages = 2 }, new ManualTime());
        await using var socket = await RawWebSocket.OpenAsync(server);
        await using var client = await PollingClient.OpenAsync(server);
        var sessions = new[] { await recorder.NextAsync(), await recorder.NextAsync() };
        var session = sessions[isWebSocket ? 0 : 1];
        var posting = isWebSocket ? null : client.PostAsync("4a\x1e" + "4b\x1e" + "4c\x1e" + "4d");
        if (isWebSocket)
            await socket.Connection.SendAsync(Enumerable.Repeat(RawWebSocket.TextFrame("4x"), 10).SelectMany(frame => frame).ToArray());
        await WireServer.EventuallyAsync(() => session.Socket.IsReadingPaused, "no more is read");
        session.Socket.Close(CloseReason.ForcedServerClose);
        if (isWebSocket)
            Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1005));
        else
            Assert.That((await posting!).Status, Is.EqualTo(200).Or.EqualTo(400));
        Assert.That(session.Closes, Is.Zero, "the handler is still at it");
        gate.SetResult();
        Assert.That(await session.ReasonAsync(), Is.EqualTo("forced server close"));
    }

    [Test]
    public async Task An_ordered_close_waits_five_seconds_for_a_websocket_that_does_not_read_and_then_cuts_it()
    {
        var (time, recorder) = (new ManualTime(), new EchoRecorder());
        await using var server = await WireServer.StartAsync(recorder, new EngineIoOptions { OutboundBytes = 100_000_000, OutboundPackets = 100_000 }, time);
        await using var socket = await RawWebSocket.OpenAsync(server);
        var session = await recorder.NextAsync();
        for (var n = 0; n < 5_000; n++)
            Assert.That(session.Socket.TrySend(EchoRecorder.Text(Kilobytes)));
        session.Socket.Close(CloseReason.ForcedClose);
        time.Advance(4_999);
        Assert.That(server.Engine.Count, Is.EqualTo(1));
        time.Advance(1);
        Assert.That(server.Engine.Count, Is.Zero);
        Assert.That(await session.ReasonAsync(), Is.EqualTo("forced close"));
        time.Advance(5_000);
        await socket.Connection.ReadToEndAsync();
    }

    [Test]
    public async Task On_polling_a_full_queue_holds_the_post()
    {
        var gate = new TaskCompletionSource();
        var recorder = new EchoRecorder { OnText = async (_, _) => await gate.Task };
        await using var server = await WireServer.StartAsync(recorder, new EngineIoOptions { InboundMessages = 2 });
        await using var client = await PollingClient.OpenAsync(server);
        var session = await recorder.NextAsync();
        var posting = client.PostAsync(string.Join('\x1e', Enumerable.Range(0, 10).Select(n => $"4{n}")));
        await WireServer.EventuallyAsync(() => session.Socket.IsReadingPaused, "the post is held");
        Assert.That(posting.IsCompleted, Is.False);
        gate.SetResult();
        Assert.That((await posting).Body, Is.EqualTo("ok"));
        foreach (var n in Enumerable.Range(0, 10))
            Assert.That(await session.HearAsync(), Is.EqualTo($"{n}"));
    }

    [Test]
    public async Task A_handler_that_throws_ends_only_its_session()
    {
        var recorder = new EchoRecorder { OnText = (session, text) => text is "bad" ? throw new InvalidOperationException("a bug") : Echo(session, text) };
        await using var server = await WireServer.StartAsync(recorder, expectsFaults: true);
        await using var good = await RawWebSocket.OpenAsync(server);
        await using var bad = await RawWebSocket.OpenAsync(server);
        await recorder.NextAsync();
        var session = await recorder.NextAsync();
        await bad.SendTextAsync("4bad");
        Assert.That(await bad.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("forced close"));
        await good.SendTextAsync("4good");
        Assert.That(await good.ReadTextAsync(), Is.EqualTo("4good"));
        Assert.That(server.Faults.Single(), Does.Contain("a bug"));
    }

    [Test]
    public async Task A_session_closed_while_it_opens_leaves_nothing_behind()
    {
        var recorder = new EchoRecorder { OnOpen = socket => socket.Close(CloseReason.ForcedServerClose) };
        await using var server = await WireServer.StartAsync(recorder);
        await using var connection = await RawConnection.OpenAsync(server);
        await connection.SendRequestAsync("GET", $"{WireServer.Path}?EIO=4&transport=polling");
        Assert.That((await connection.ReadResponseAsync()).Body, Is.EqualTo("1"));
        Assert.That(await (await recorder.NextAsync()).ReasonAsync(), Is.EqualTo("forced server close"));
        Assert.That(server.Engine.Count, Is.Zero);
    }

    [Test]
    public async Task A_server_that_stops_ends_its_sessions_and_turns_newcomers_away()
    {
        var recorder = new EchoRecorder();
        await using var server = await WireServer.StartAsync(recorder);
        await using var polling = await PollingClient.OpenAsync(server);
        var session = await recorder.NextAsync();
        await using var socket = await RawWebSocket.OpenAsync(server);
        await polling.BeginPollAsync();
        await WireServer.EventuallyAsync(() => ((PollingTransport)session.Socket.Transport).IsHolding, "the poll is held");
        server.Engine.Stop();
        // No close packet: python-socketio does not come back after one.
        Assert.That(Told(await polling.EndPollAsync()), Is.EqualTo((503, "1", "")));
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("server shutting down"));
        await using var late = await RawConnection.OpenAsync(server);
        await late.SendRequestAsync("GET", $"{WireServer.Path}?EIO=4&transport=polling");
        Assert.That(Told(await late.ReadResponseAsync()), Is.EqualTo((503, "1", "")));
    }

    private static (int Status, string? RetryAfter, string Body) Told(RawResponse response) => (response.Status, response.Header("Retry-After"), response.Body);

    private static ValueTask Echo(EchoRecorder.Session session, string text)
    {
        session.Socket.TrySend(EchoRecorder.Text(text));
        return ValueTask.CompletedTask;
    }
}
