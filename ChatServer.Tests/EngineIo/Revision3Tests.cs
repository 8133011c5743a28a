using ChatServer.EngineIo;
using ChatServer.EngineIo.Transports;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>Engine.IO 3 in the bytes of real requests and frames: what differs from revision 4 and what must not (protocol.md sections 5 to 9).</summary>
[Parallelizable]
internal sealed class Revision3Tests
{
    private const string V3 = "EIO=3";
    private const string Octets = "Content-Type: application/octet-stream\r\n";

    private static readonly byte[] HelloAndBytes = [0, 6, 0xFF, .. "4hello"u8, 1, 5, 0xFF, 4, 1, 2, 3, 4];

    private EchoRecorder _recorder = null!;
    private WireServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await WireServer.StartAsync(_recorder = new EchoRecorder());

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task The_open_packet_is_the_same_behind_its_length()
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        Assert.That(client.Opening, Is.EqualTo(
            $$"""118:0{"sid":"{{client.Sid}}","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"""));
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        Assert.That(socket.Opening, Does.StartWith("0{").And.Contain("\"upgrades\":[]"));
    }

    [Test]
    public async Task A_server_that_does_not_allow_it_refuses_it()
    {
        await using var server = await WireServer.StartAsync(new EchoRecorder(), new EngineIoOptions { AllowEio3 = false });
        await using var connection = await RawConnection.OpenAsync(server);
        await connection.SendRequestAsync("GET", $"{WireServer.Path}?EIO=3&transport=polling");
        var response = await connection.ReadResponseAsync();
        Assert.That((response.Status, response.Body), Is.EqualTo((400, """{"code":5,"message":"Unsupported protocol version"}""")));
        await connection.SendRequestAsync("GET", $"{WireServer.Path}?EIO=3&transport=websocket", RawWebSocket.Handshake);
        response = await connection.ReadResponseAsync();
        Assert.That((response.Status, response.Body), Is.EqualTo((400, "Unsupported protocol version")), "before the WebSocket is accepted");
    }

    [Test]
    public async Task A_session_is_not_found_under_the_other_revision([Values("EIO=3", "EIO=4")] string own, [Values("EIO=3", "EIO=4")] string asked)
    {
        await using var client = await PollingClient.OpenAsync(_server, own);
        await using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendRequestAsync("POST", $"{WireServer.Path}?{asked}&transport=polling&sid={client.Sid}", "", own is V3 ? "2:4x"u8.ToArray() : "4x"u8.ToArray());
        var response = await connection.ReadResponseAsync();
        Assert.That(response.Body, Is.EqualTo(own == asked ? "ok" : """{"code":3,"message":"Bad request"}"""));
    }

    [Test]
    public async Task What_is_sent_at_the_opening_comes_with_the_next_poll()
    {
        await using var server = await WireServer.StartAsync(new EchoRecorder { OnOpen = socket => socket.TrySend(EchoRecorder.Text("a"), EchoRecorder.Text("b")) });
        await using var client = await PollingClient.OpenAsync(server, V3);
        Assert.That(client.Opening, Does.StartWith("118:0{").And.EndsWith("}"));
        Assert.That(await client.PollAsync(), Is.EqualTo("2:4a2:4b"));
    }

    [TestCase("EIO=3")]
    [TestCase("EIO=3&b64=")]
    public async Task A_poll_with_binary_is_bytes_and_one_without_is_text(string query)
    {
        await using var client = await PollingClient.OpenAsync(_server, query);
        await client.PostAsync("6:4hello10:b4AQIDBA==");
        var binary = await client.GetAsync();
        Assert.That((binary.Header("Content-Type"), binary.Header("Content-Length")), Is.EqualTo(("application/octet-stream", "17")));
        Assert.That(binary.Bytes, Is.EqualTo(HelloAndBytes));
        await client.PostAsync(HelloAndBytes[..9], Octets);
        var text = await client.GetAsync();
        Assert.That((text.Header("Content-Type"), text.Body), Is.EqualTo(("text/plain; charset=UTF-8", "6:4hello")));
    }

    [TestCase("EIO=3&b64=1")]
    [TestCase("EIO=3&b64=0", Description = "any value says it, as in JavaScript")]
    public async Task A_client_that_takes_no_bytes_gets_base64_but_may_send_them(string query)
    {
        await using var client = await PollingClient.OpenAsync(_server, query);
        Assert.That((await client.PostAsync(HelloAndBytes, Octets)).Body, Is.EqualTo("ok"));
        var poll = await client.GetAsync();
        Assert.That((poll.Header("Content-Type"), poll.Body), Is.EqualTo(("text/plain; charset=UTF-8", "6:4hello10:b4AQIDBA==")));
    }

    [TestCase("abc", "", "Content-Type: text/plain;charset=UTF-8\r\n")]
    [TestCase("", "", "")]
    [TestCase("2:4a3:4b", "a", "")]
    [TestCase("2:4x", "", Octets)]
    public async Task A_malformed_payload_is_answered_400_and_closes(string body, string heard, string headers)
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        var session = await _recorder.NextAsync();
        Assert.That((await client.PostAsync(body, headers)).Status, Is.EqualTo(400));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("parse error"));
        Assert.That(string.Join(' ', session.Unread()), Is.EqualTo(heard));
    }

    [Test]
    public async Task Goodbyes_are_in_the_own_form()
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        (await _recorder.NextAsync()).Socket.Close(CloseReason.ForcedClose);
        Assert.That(await client.PollAsync(), Is.EqualTo("1:61:1"));

        await using var second = await PollingClient.OpenAsync(_server, V3);
        await HoldAsync(second);
        await second.PostAsync("1:1");
        Assert.That((await second.EndPollAsync()).Body, Is.EqualTo("1:6"));

        await using var third = await PollingClient.OpenAsync(_server, V3);
        (await HoldAsync(third)).Socket.Close(CloseReason.ForcedServerClose);
        Assert.That((await third.EndPollAsync()).Body, Is.EqualTo("1:1"));
    }

    [Test]
    public async Task A_second_poll_closes_the_session()
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        await HoldAsync(client);
        await using var other = await RawConnection.OpenAsync(_server);
        await other.SendRequestAsync("GET", client.Target);
        Assert.That((await other.ReadResponseAsync()).Status, Is.EqualTo(400));
        Assert.That((await client.EndPollAsync()).Body, Is.EqualTo("1:1"));
    }

    [Test]
    public async Task A_binary_message_has_its_type_in_front_both_ways()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        var session = await _recorder.NextAsync();
        await socket.SendAsync(0x82, 4, 1, 2, 3);
        await socket.SendAsync(0x82, 4);
        await socket.SendTextAsync("b4AQIDBA==");
        await socket.SendTextAsync("4€😀");
        foreach (var bytes in new byte[][] { [4, 1, 2, 3], [4], [4, 1, 2, 3, 4] })
        {
            var frame = await socket.ReadAsync();
            Assert.That((frame.First, Convert.ToHexString(frame.Payload)), Is.EqualTo(((byte)0x82, Convert.ToHexString(bytes))));
        }
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("4€😀"));
        Assert.That(session.Unread(), Is.EqualTo(new[] { "hex:010203", "hex:", "hex:01020304", "€😀" }));
    }

    [Test]
    public async Task A_websocket_that_takes_no_bytes_gets_base64()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, "EIO=3&b64=1");
        await socket.SendAsync(0x82, 4, 1, 2, 3, 4);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("b4AQIDBA=="));
    }

    /// <summary>Only messages can be binary. The reference takes 02 for a ping; here it is nothing at all.</summary>
    [Test]
    public async Task A_binary_packet_of_another_type_does_nothing([Values(0, 1, 2, 3, 5, 6)] byte type)
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        await socket.SendAsync(0x82, type, 2, 3);
        await socket.SendTextAsync("4next");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("4next"));
    }

    [TestCase(0x82, new byte[] { })]
    [TestCase(0x82, new byte[] { 7, 1 })]
    [TestCase(0x82, new byte[] { (byte)'4', 1 })]
    [TestCase(0x81, new byte[] { (byte)'a', (byte)'b', (byte)'c' })]
    [TestCase(0x81, new byte[] { (byte)'b', (byte)'A', (byte)'Q' })]
    [TestCase(0x81, new byte[] { })]
    public async Task A_malformed_message_closes(byte first, byte[] payload)
    {
        await using var socket = await RawWebSocket.OpenAsync(_server, V3);
        var session = await _recorder.NextAsync();
        await socket.SendAsync(first, payload);
        Assert.That(await socket.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("parse error"));
    }

    [Test]
    public async Task A_session_moves_to_a_websocket_and_loses_nothing()
    {
        await using var client = await PollingClient.OpenAsync(_server, "EIO=3&b64=1");
        await using var socket = await RawWebSocket.JoinAsync(_server, client.Sid, V3);
        await socket.SendTextAsync("2probe");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("3probe"));
        Assert.That(await client.PollAsync(), Is.EqualTo("1:6"));
        await client.PostAsync("6:4hello10:b4AQIDBA==");
        await socket.SendTextAsync("5");
        await socket.SendTextAsync("4behind");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("4hello"));
        Assert.That((await socket.ReadAsync()).Payload, Is.EqualTo(new byte[] { 4, 1, 2, 3, 4 }), "the WebSocket's own request asked for no base64");
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo("4behind"));
        await client.BeginPollAsync();
        Assert.That((await client.EndPollAsync()).Body, Is.EqualTo("""{"code":3,"message":"Bad request"}"""));
    }

    [Test]
    public async Task The_longest_body_counts_bytes()
    {
        await using var server = await WireServer.StartAsync(new EchoRecorder(), new EngineIoOptions { MaxPayload = 10_000 });
        await using var client = await PollingClient.OpenAsync(server, V3);
        Assert.That((await client.PostAsync($"3332:4{new string('€', 3_331)}")).Status, Is.EqualTo(200));
        Assert.That((await client.PostAsync($"3333:4{new string('€', 3_332)}")).Status, Is.EqualTo(413));
        Assert.That((await client.PostAsync("2:4x")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task At_most_16_packets_leave_in_one_poll()
    {
        await using var client = await PollingClient.OpenAsync(_server, V3);
        await client.PostAsync(string.Concat(Enumerable.Range(10, 20).Select(n => $"3:4{n}")));
        Assert.That(await client.PollAsync(), Is.EqualTo(string.Concat(Enumerable.Range(10, 16).Select(n => $"3:4{n}"))));
        Assert.That(await client.PollAsync(), Is.EqualTo(string.Concat(Enumerable.Range(26, 4).Select(n => $"3:4{n}"))));
    }

    /// <summary>Starts the first poll of the newest session, and gives that session.</summary>
    private async Task<EchoRecorder.Session> HoldAsync(PollingClient client)
    {
        var session = await _recorder.NextAsync();
        await client.BeginPollAsync();
        await WireServer.EventuallyAsync(() => ((PollingTransport)session.Socket.Transport).IsHolding, "the poll is held");
        return session;
    }
}
