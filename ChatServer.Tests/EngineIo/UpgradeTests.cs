using System.Globalization;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Transports;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md section 9, rule by rule.</summary>
[Parallelizable]
internal sealed class UpgradeTests
{
    private EchoRecorder _recorder = null!;
    private ManualTime _time = null!;
    private WireServer _server = null!;
    private PollingClient _client = null!;
    private EchoRecorder.Session _session = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        (_time, _recorder) = (new ManualTime(), new EchoRecorder());
        _server = await WireServer.StartAsync(_recorder, time: _time);
        _client = await PollingClient.OpenAsync(_server);
        _session = await _recorder.NextAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_held_poll_is_released_with_a_noop_after_the_probe_is_answered()
    {
        await HoldAsync();
        await using var candidate = await JoinAsync();
        await candidate.SendTextAsync("2probe");
        Assert.That(await candidate.ReadTextAsync(), Is.EqualTo("3probe"));
        Assert.That((await _client.EndPollAsync()).Body, Is.EqualTo("6"));
        await candidate.SendTextAsync("5");
        await AssertMovedAsync(candidate);
    }

    [Test]
    public async Task Polls_during_the_probe_are_answered_soon_with_what_is_queued_or_a_noop()
    {
        await using var candidate = await ProbeAsync();
        _session.Socket.TrySend(EchoRecorder.Text("queued"));
        Assert.That(await _client.PollAsync(), Is.EqualTo("4queued"));
        await HoldAsync();
        _time.Advance(100);
        Assert.That((await _client.EndPollAsync()).Body, Is.EqualTo("6"));
        await candidate.SendTextAsync("5");
        await AssertMovedAsync(candidate);
    }

    [Test]
    public async Task What_is_queued_when_the_upgrade_comes_leaves_on_the_websocket_in_order()
    {
        await using var candidate = await ProbeAsync();
        foreach (var n in Enumerable.Range(0, 40))
            _session.Socket.TrySend(EchoRecorder.Text($"{n}"));
        await candidate.SendTextAsync("5");
        foreach (var n in Enumerable.Range(0, 40))
            Assert.That(await candidate.ReadTextAsync(), Is.EqualTo($"4{n}"));
    }

    [Test]
    public async Task A_poll_held_over_the_switch_is_released_with_a_noop()
    {
        await HoldAsync();
        await using var candidate = await JoinAsync();
        await candidate.SendTextAsync("5");
        Assert.That((await _client.EndPollAsync()).Body, Is.EqualTo("6"));
        await AssertMovedAsync(candidate);
    }

    [Test]
    public async Task A_lone_upgrade_packet_without_a_probe_is_taken()
    {
        await using var candidate = await JoinAsync();
        await candidate.SendTextAsync("5");
        await AssertMovedAsync(candidate);
    }

    [Test]
    public async Task A_probe_may_be_repeated()
    {
        await using var candidate = await ProbeAsync();
        await candidate.SendTextAsync("2probe");
        Assert.That(await candidate.ReadTextAsync(), Is.EqualTo("3probe"));
        await candidate.SendTextAsync("5");
        await AssertMovedAsync(candidate);
    }

    [TestCase("2")]
    [TestCase("2prob")]
    [TestCase("4hello")]
    [TestCase("3probe")]
    [TestCase("1")]
    [TestCase("")]
    [TestCase("50")]
    public async Task Anything_else_closes_the_candidate_alone_and_a_second_one_may_succeed(string packet)
    {
        await using (var candidate = await ProbeAsync())
        {
            await candidate.SendTextAsync(packet);
            Assert.That(await candidate.ReadCloseAsync(), Is.EqualTo(1005));
        }
        await AssertPollingAsync();
        await using var second = await ProbeAsync();
        await second.SendTextAsync("5");
        await AssertMovedAsync(second);
    }

    [TestCase("reset", true)]
    [TestCase("reset", false)]
    [TestCase("fin", true)]
    [TestCase("close", true)]
    [TestCase("rubbish", true)]
    public async Task A_candidate_that_dies_leaves_the_session_polling_and_a_second_one_may_succeed(string death, bool hasProbed)
    {
        await using (var candidate = hasProbed ? await ProbeAsync() : await JoinAsync())
        {
            if (death is "reset")
                candidate.Connection.Reset();
            else if (death is "fin")
                candidate.Connection.Finish();
            else
                await candidate.Connection.SendAsync(death is "close" ? RawWebSocket.Frame(0x88, []) : [0xff, 0xff]);
            // Until the first is known to be gone, others are turned away.
            await SucceedEventuallyAsync();
        }
    }

    [Test]
    public async Task A_candidate_that_never_decides_is_closed_alone_after_ten_seconds()
    {
        await using var candidate = await ProbeAsync();
        _time.Advance(9_999);
        await AssertPollingAsync();
        _time.Advance(1);
        Assert.That((await candidate.ReadAsync()).CloseCode, Is.EqualTo(1005));
        await AssertPollingAsync();
    }

    /// <summary>A client whose first candidate fell silent must not have to wait for its ghost.</summary>
    [Test]
    public async Task A_second_candidate_may_come_as_soon_as_the_first_is_out_of_time()
    {
        await using var silent = await ProbeAsync();
        _time.Advance(10_000);
        await SucceedEventuallyAsync();
    }

    [Test]
    public async Task A_second_candidate_meanwhile_is_accepted_and_closed_and_disturbs_nothing()
    {
        await using var first = await ProbeAsync();
        await using var second = await JoinAsync();
        await second.SendTextAsync("2probe");
        Assert.That(await second.ReadCloseAsync(), Is.EqualTo(1005));
        await first.SendTextAsync("5");
        await AssertMovedAsync(first);
    }

    [Test]
    public async Task A_candidate_for_an_upgraded_session_is_closed_and_disturbs_nothing()
    {
        await using var first = await JoinAsync();
        await first.SendTextAsync("5");
        await AssertMovedAsync(first);
        await using var second = await JoinAsync();
        await second.SendTextAsync("5");
        Assert.That(await second.ReadCloseAsync(), Is.EqualTo(1005));
        await AssertMovedAsync(first);
    }

    [Test]
    public async Task A_session_born_on_a_websocket_cannot_be_taken_over()
    {
        await using var born = await RawWebSocket.OpenAsync(_server);
        await using var thief = await RawWebSocket.JoinAsync(_server, PollingClient.SidIn(born.Opening));
        await thief.SendTextAsync("2probe");
        Assert.That(await thief.ReadCloseAsync(), Is.EqualTo(1005));
        await born.SendTextAsync("4mine");
        Assert.That(await born.ReadTextAsync(), Is.EqualTo("4mine"));
    }

    [Test]
    public async Task A_server_that_allows_no_upgrade_closes_the_candidate()
    {
        await using var server = await WireServer.StartAsync(new EchoRecorder(), new EngineIoOptions { AllowUpgrades = false }, _time);
        await using var client = await PollingClient.OpenAsync(server);
        await using var candidate = await RawWebSocket.JoinAsync(server, client.Sid);
        Assert.That(await candidate.ReadCloseAsync(), Is.EqualTo(1005));
        await client.PostAsync("4still polling");
        Assert.That(await client.PollAsync(), Is.EqualTo("4still polling"));
    }

    [Test]
    public async Task After_the_switch_polling_requests_are_bad()
    {
        await using var candidate = await JoinAsync();
        await candidate.SendTextAsync("5");
        await AssertMovedAsync(candidate);
        const string BadRequest = """{"code":3,"message":"Bad request"}""";
        Assert.That((await _client.GetAsync()).Body, Is.EqualTo(BadRequest));
        Assert.That((await _client.PostAsync("4x")).Body, Is.EqualTo(BadRequest));
        await AssertMovedAsync(candidate);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_session_that_closes_while_upgrading_closes_the_candidate(bool hasProbed)
    {
        await using var candidate = hasProbed ? await ProbeAsync() : await JoinAsync();
        await _client.PostAsync("1");
        Assert.That(await candidate.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport close"));
    }

    [Test]
    public async Task A_session_that_is_closing_when_the_upgrade_comes_ends_on_the_websocket()
    {
        await using var candidate = await ProbeAsync();
        _session.Socket.TrySend(EchoRecorder.Text("last"));
        _session.Socket.Close(CloseReason.ForcedClose);
        await candidate.SendTextAsync("5");
        Assert.That(await candidate.ReadTextAsync(), Is.EqualTo("4last"));
        Assert.That(await candidate.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("forced close"));
    }

    [Test]
    public async Task Two_candidates_at_once_never_share_a_session()
    {
        var candidates = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => JoinAsync()));
        await Task.WhenAll(candidates.Select(candidate => candidate.SendTextAsync("5")));
        await WireServer.EventuallyAsync(() => _session.Socket.TransportName is "websocket", "one of them has it");
        _session.Socket.TrySend(EchoRecorder.Text("once"));
        var heard = await Task.WhenAll(candidates.Select(candidate => candidate.ReadAsync()));
        Assert.That(heard.Count(frame => frame.Text is "4once"), Is.EqualTo(1));
        Assert.That(heard.Count(frame => frame.First is 0x88), Is.EqualTo(7));
        foreach (var candidate in candidates)
            await candidate.DisposeAsync();
    }

    private Task<RawWebSocket> JoinAsync() => RawWebSocket.JoinAsync(_server, _client.Sid);

    private async Task<RawWebSocket> ProbeAsync()
    {
        var candidate = await JoinAsync();
        await candidate.SendTextAsync("2probe");
        Assert.That(await candidate.ReadTextAsync(), Is.EqualTo("3probe"));
        return candidate;
    }

    private async Task SucceedEventuallyAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            await using var candidate = await JoinAsync();
            await candidate.SendTextAsync("2probe");
            if ((await candidate.ReadAsync()).Text is not "3probe")
            {
                Assert.That(attempt, Is.LessThan(100), "the session is never free again");
                continue;
            }
            await candidate.SendTextAsync("5");
            await AssertMovedAsync(candidate);
            return;
        }
    }

    private async Task HoldAsync()
    {
        await _client.BeginPollAsync();
        var polling = (PollingTransport)_session.Socket.Transport;
        await WireServer.EventuallyAsync(() => polling.IsHolding, "the poll is held");
    }

    private async Task AssertPollingAsync()
    {
        var text = _time.GetTimestamp().ToString(CultureInfo.InvariantCulture);
        Assert.That((await _client.PostAsync($"4{text}")).Body, Is.EqualTo("ok"));
        Assert.That(await _client.PollAsync(), Is.EqualTo($"4{text}"));
    }

    private async Task AssertMovedAsync(RawWebSocket socket)
    {
        await socket.SendTextAsync("4moved");
        await socket.SendAsync(0x82, 1, 2, 3);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("4moved"));
        Assert.That((await socket.ReadAsync()).Payload, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(_session.Socket.TransportName, Is.EqualTo("websocket"));
    }
}
