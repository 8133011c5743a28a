using System.Diagnostics;
using System.Text;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Transports;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md section 6, in the bytes of real requests.</summary>
[Parallelizable]
internal sealed class PollingTests
{
    private const string Unknown = """{"code":1,"message":"Session ID unknown"}""";
    private readonly EchoRecorder _recorder = new();
    private WireServer _server = null!;
    private PollingClient _client = null!;
    private EchoRecorder.Session _session = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await WireServer.StartAsync(_recorder, new EngineIoOptions { MaxPayload = 10_000, OutboundPackets = 100 });

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [SetUp]
    public async Task OpenAsync()
    {
        _client = await PollingClient.OpenAsync(_server);
        _session = await _recorder.NextAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _session.Socket.Close(CloseReason.TransportError);
        await _client.DisposeAsync();
    }

    [Test]
    public async Task A_post_is_answered_ok_and_a_poll_with_packets_in_the_documented_headers()
    {
        var post = await _client.PostAsync("4hello\x1e" + "4€😀\x1e" + "bAQIDBA==");
        Assert.That((post.Status, post.Body, post.Header("Content-Type"), post.Header("Cache-Control")), Is.EqualTo((200, "ok", "text/html", "no-store")));
        var poll = await _client.GetAsync();
        Assert.That((poll.Status, poll.Body), Is.EqualTo((200, "4hello\x1e" + "4€😀\x1e" + "bAQIDBA==")));
        Assert.That(poll.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
        Assert.That(poll.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(poll.Header("Content-Length"), Is.EqualTo($"{Encoding.UTF8.GetByteCount(poll.Body)}"));
    }

    [TestCase("Mozilla/4.0 (compatible;MSIE 8.0)", "0")]
    [TestCase("Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0)", "0")]
    [TestCase("Mozilla/5.0 (X11; Linux x86_64)", null)]
    public async Task Old_Explorers_are_told_not_to_filter(string agent, string? value)
    {
        var post = await _client.PostAsync("4x"u8.ToArray(), $"User-Agent: {agent}\r\n");
        await _client.Gets.SendRequestAsync("GET", _client.Target, $"User-Agent: {agent}\r\n");
        var poll = await _client.EndPollAsync();
        Assert.That((post.Header("X-XSS-Protection"), poll.Header("X-XSS-Protection")), Is.EqualTo((value, value)));
    }

    [Test]
    public async Task A_poll_is_held_until_there_is_a_packet()
    {
        await _client.BeginPollAsync();
        await _client.PostAsync("4late");
        Assert.That((await _client.EndPollAsync()).Body, Is.EqualTo("4late"));
    }

    [TestCase("")]
    [TestCase("Content-Type: application/json\r\n")]
    public async Task The_content_type_of_a_post_may_be_missing_or_odd(string headers) =>
        Assert.That((await _client.PostAsync("4x", headers)).Body, Is.EqualTo("ok"));

    [Test]
    public async Task A_post_may_come_in_chunks_that_split_a_character()
    {
        var euro = Encoding.UTF8.GetBytes("4€");
        await _client.Posts.SendRequestAsync("POST", _client.Target, "Transfer-Encoding: chunked\r\n");
        foreach (var one in euro)
            await _client.Posts.SendAsync((byte[])[.. "1\r\n"u8, one, .. "\r\n"u8]);
        await _client.Posts.SendAsync("0\r\n\r\n");
        Assert.That((await _client.Posts.ReadResponseAsync()).Body, Is.EqualTo("ok"));
        Assert.That(await _client.PollAsync(), Is.EqualTo("4€"));
    }

    [Test]
    public async Task At_most_16_packets_leave_in_one_poll_and_all_of_them_in_order()
    {
        var sent = Enumerable.Range(0, 40).Select(n => $"4{n}").ToList();
        await _client.PostAsync(string.Join('\x1e', sent));
        var polls = new[] { await _client.PollAsync(), await _client.PollAsync(), await _client.PollAsync() };
        Assert.That(polls.Select(body => body.Split('\x1e').Length), Is.EqualTo(new[] { 16, 16, 8 }));
        Assert.That(polls.SelectMany(body => body.Split('\x1e')), Is.EqualTo(sent));
    }

    [Test]
    public async Task A_second_poll_closes_the_session()
    {
        await _client.BeginPollAsync();
        await WireServer.EventuallyAsync(IsHolding, "the poll is held");
        await using var other = await RawConnection.OpenAsync(_server);
        await other.SendRequestAsync("GET", _client.Target);
        var second = await other.ReadResponseAsync();
        Assert.That((second.Status, second.Body), Is.EqualTo((400, "")));
        var first = await _client.EndPollAsync();
        Assert.That((first.Status, first.Body), Is.EqualTo((200, "1")));
        await AssertGoneAsync("transport error");
    }

    [Test]
    public async Task A_second_post_closes_the_session_and_tears_the_first_down()
    {
        await _client.Posts.SendRequestAsync("POST", _client.Target, "Content-Length: 100\r\n");
        await _client.Posts.SendAsync("4unfinished");
        await _client.BeginPollAsync();
        await WireServer.EventuallyAsync(IsHolding, "the poll is held");
        await using var other = await RawConnection.OpenAsync(_server);
        await WireServer.EventuallyAsync(IsReading, "the first post is being read");
        await other.SendRequestAsync("POST", _client.Target, "", "4second"u8.ToArray());
        var second = await other.ReadResponseAsync();
        Assert.That((second.Status, second.Body), Is.EqualTo((400, "")));
        Assert.That((await _client.EndPollAsync()).Body, Is.EqualTo("1"));
        Assert.That((await _client.Posts.ReadResponseAsync()).Status, Is.EqualTo(400), "it need not be finished to be over");
        await AssertGoneAsync("transport error");
        Assert.That(_session.Unread(), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_poll_that_the_client_gives_up_ends_the_session_at_once(bool byReset)
    {
        await _client.BeginPollAsync();
        await WireServer.EventuallyAsync(IsHolding, "the poll is held");
        var clock = Stopwatch.StartNew();
        if (byReset)
            _client.Gets.Reset();
        else
            await _client.Gets.DisposeAsync();
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport error"));
        Assert.That(clock.ElapsedMilliseconds, Is.LessThan(500));
        Assert.That((await _client.PostAsync("4x")).Body, Is.EqualTo(Unknown));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_post_that_breaks_off_ends_the_session_at_once(bool byReset)
    {
        await _client.Posts.SendRequestAsync("POST", _client.Target, "Content-Length: 100\r\n");
        await _client.Posts.SendAsync("4unfinished");
        await WireServer.EventuallyAsync(IsReading, "the post is being read");
        if (byReset)
            _client.Posts.Reset();
        else
            await _client.Posts.DisposeAsync();
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport error"));
        Assert.That(_session.Unread(), Is.Empty);
    }

    [Test]
    public async Task A_body_that_is_no_HTTP_is_answered_400_and_closes()
    {
        await _client.Posts.SendRequestAsync("POST", _client.Target, "Transfer-Encoding: chunked\r\n");
        await _client.Posts.SendAsync("xyz\r\n");
        Assert.That((await _client.Posts.ReadResponseAsync()).Status, Is.EqualTo(400));
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport error"));
    }

    [TestCase(10_000, 200)]
    [TestCase(10_001, 413)]
    [TestCase(60_000, 413)]
    public async Task A_body_over_the_limit_is_answered_413_and_the_session_lives(int length, int status)
    {
        var body = Encoding.UTF8.GetBytes("4" + new string('x', length - 1));
        var response = await _client.PostAsync(body, "");
        Assert.That((response.Status, response.Body), Is.EqualTo((status, status is 200 ? "ok" : "")));
        await AssertAliveAsync(skip: status is 200);
    }

    [TestCase(10_000, 200)]
    [TestCase(10_001, 413)]
    public async Task A_chunked_body_over_the_limit_is_answered_413_as_soon_as_it_passes_it(int length, int status)
    {
        await _client.Posts.SendRequestAsync("POST", _client.Target, "Transfer-Encoding: chunked\r\n");
        await _client.Posts.SendAsync($"{length:x}\r\n4{new string('x', length - 1)}\r\n{(status is 200 ? "0\r\n\r\n" : "")}");
        Assert.That((await _client.Posts.ReadResponseAsync()).Status, Is.EqualTo(status));
        await using var other = await RawConnection.OpenAsync(_server);
        await other.SendRequestAsync("POST", _client.Target, "", "4alive"u8.ToArray());
        Assert.That((await other.ReadResponseAsync()).Body, Is.EqualTo("ok"));
    }

    [Test]
    public async Task The_limit_counts_bytes_rather_than_characters()
    {
        Assert.That((await _client.PostAsync("4" + new string('€', 3_333))).Status, Is.EqualTo(200));
        Assert.That((await _client.PostAsync("4" + new string('€', 3_334))).Status, Is.EqualTo(413));
    }

    [Test]
    public async Task An_octet_stream_is_refused_and_closes()
    {
        var response = await _client.PostAsync([1, 2, 3], "Content-Type: application/octet-stream\r\n");
        Assert.That((response.Status, response.Body), Is.EqualTo((400, "")));
        await AssertGoneAsync("transport error");
    }

    [TestCase("")]
    [TestCase("4a␞")]
    [TestCase("4a␞␞4b")]
    [TestCase("abc")]
    [TestCase("7")]
    [TestCase("4a␞9")]
    [TestCase("b*")]
    public async Task A_malformed_payload_is_answered_400_and_closes(string body)
    {
        Assert.That((await _client.PostAsync(body.Replace('␞', '\x1e'))).Status, Is.EqualTo(400));
        await AssertGoneAsync("parse error");
        Assert.That(_session.Unread(), Is.EqualTo(body.StartsWith("4a", StringComparison.Ordinal) ? ["a"] : Array.Empty<string>()));
    }

    [Test]
    public async Task Text_that_is_not_UTF8_is_a_parse_error()
    {
        Assert.That((await _client.PostAsync([(byte)'4', 0xff], "")).Status, Is.EqualTo(400));
        await AssertGoneAsync("parse error");
    }

    [Test]
    public async Task A_close_packet_ends_the_session_and_the_rest_is_ignored()
    {
        Assert.That((await _client.PostAsync("4before\x1e" + "1\x1e" + "4behind")).Body, Is.EqualTo("ok"));
        await AssertGoneAsync("transport close");
        Assert.That(_session.Unread(), Is.EqualTo(new[] { "before" }));
    }

    [Test]
    public async Task A_close_packet_releases_a_held_poll_with_a_noop()
    {
        await _client.BeginPollAsync();
        await _client.PostAsync("1");
        Assert.That((await _client.EndPollAsync()).Body, Is.EqualTo("6"));
        await AssertGoneAsync("transport close");
    }

    [TestCase("2")]
    [TestCase("2probe")]
    public async Task A_ping_from_the_client_closes_with_transport_error(string ping)
    {
        await _client.PostAsync(ping);
        await AssertGoneAsync("transport error");
    }

    [TestCase("3")]
    [TestCase("3probe")]
    [TestCase("0")]
    [TestCase("5")]
    [TestCase("6")]
    [TestCase("0{\"sid\":\"x\"}␞5␞6␞3")]
    public async Task Unasked_pongs_and_packets_that_only_servers_send_are_ignored(string body)
    {
        Assert.That((await _client.PostAsync(body.Replace('␞', '\x1e'))).Body, Is.EqualTo("ok"));
        await AssertAliveAsync();
    }

    [Test]
    public async Task An_ordered_close_answers_a_held_poll_with_a_close_packet()
    {
        await _client.BeginPollAsync();
        await WireServer.EventuallyAsync(IsHolding, "the poll is held");
        _session.Socket.Close(CloseReason.ForcedClose);
        Assert.That((await _client.EndPollAsync()).Body, Is.EqualTo("1"));
        await AssertGoneAsync("forced close");
    }

    [Test]
    public async Task An_ordered_close_delivers_what_is_queued_before_it_says_goodbye()
    {
        for (var n = 0; n < 20; n++)
            _session.Socket.TrySend(EchoRecorder.Text($"{n}"));
        _session.Socket.Close(CloseReason.ForcedClose);
        Assert.That(_session.Socket.TrySend(EchoRecorder.Text("late")), Is.False);
        Assert.That((await _client.PollAsync()).Split('\x1e'), Has.Length.EqualTo(16));
        Assert.That(await _client.PollAsync(), Is.EqualTo("416\x1e" + "417\x1e" + "418\x1e" + "419"));
        Assert.That(await _client.PollAsync(), Is.EqualTo("6\x1e" + "1"));
        await AssertGoneAsync("forced close");
    }

    [Test]
    public async Task An_abrupt_close_throws_what_is_queued_away()
    {
        _session.Socket.TrySend(EchoRecorder.Text("x"));
        _session.Socket.Close(CloseReason.ForcedServerClose);
        await AssertGoneAsync("forced server close");
    }

    private async Task AssertGoneAsync(string reason)
    {
        Assert.That(await _session.ReasonAsync(), Is.EqualTo(reason));
        await using var fresh = await RawConnection.OpenAsync(_server);
        await fresh.SendRequestAsync("GET", _client.Target);
        Assert.That((await fresh.ReadResponseAsync()).Body, Is.EqualTo(Unknown));
        Assert.That(_session.Closes, Is.EqualTo(1));
    }

    private async Task AssertAliveAsync(bool skip = false)
    {
        if (skip)
            await _client.PollAsync();
        Assert.That((await _client.PostAsync("4alive")).Body, Is.EqualTo("ok"));
        Assert.That(await _client.PollAsync(), Is.EqualTo("4alive"));
    }

    private bool IsReading() => ((PollingTransport)_session.Socket.Transport).IsReading;

    private bool IsHolding() => ((PollingTransport)_session.Socket.Transport).IsHolding;
}
