using System.Text;
using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>Clients that break off, lie and collide. Nothing may be left of them, and the server may log no error.</summary>
internal sealed class AttackTests
{
    private EchoRecorder _recorder = null!;
    private WireServer _server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _recorder = new EchoRecorder();
        _server = await WireServer.StartAsync(_recorder, new EngineIoOptions { PingInterval = 200, PingTimeout = 200, CloseTimeout = 200, UpgradeTimeout = 300 });
    }

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Nothing_is_left_after_two_thousand_connections_of_every_kind()
    {
        var random = new Random(7);
        for (var round = 0; round < 100; round++)
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ComeAndGoAsync(random.Next(), random.Next())));
        await _server.NoSessionIsLeftAsync();
        for (var n = 0; n < 2_000; n++)
        {
            var session = await _recorder.NextAsync();
            await session.ReasonAsync();
            Assert.That(session.Closes, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_reset_at_any_byte_of_a_conversation_leaves_nothing_behind()
    {
        byte[] script =
        [
            .. Encoding.UTF8.GetBytes($"GET {WireServer.Path}?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n{RawWebSocket.Handshake}\r\n"),
            .. RawWebSocket.TextFrame("4hello"), .. RawWebSocket.Frame(0x89, "ping"u8), .. RawWebSocket.Frame(0x01, "4par"u8),
            .. RawWebSocket.Frame(0x80, "ts"u8), .. RawWebSocket.Frame(0x88, [3, 232]),
        ];
        for (var cut = 1; cut <= script.Length; cut++)
        {
            await using var connection = await RawConnection.OpenAsync(_server);
            await connection.SendAsync(script.AsMemory(0, cut));
            if (cut % 2 == 0)
                connection.Reset();
        }
        await _server.NoSessionIsLeftAsync();
    }

    [Test]
    public async Task A_reset_at_any_byte_of_a_post_ends_the_session()
    {
        for (var cut = 0; cut < 60; cut += 3)
        {
            await using var client = await PollingClient.OpenAsync(_server);
            var post = Encoding.UTF8.GetBytes($"POST {client.Target} HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n4aaaaaaa\x1e" + "4bbbbbbbbbb");
            await client.Posts.SendAsync(post.AsMemory(0, post.Length - 60 + cut));
            client.Posts.Reset();
        }
        await _server.NoSessionIsLeftAsync();
    }

    [Test]
    public async Task A_body_that_only_declares_its_length_costs_nothing_and_ends_with_its_session()
    {
        var clients = new List<PollingClient>();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var n = 0; n < 50; n++)
        {
            clients.Add(await PollingClient.OpenAsync(_server));
            await clients[n].Posts.SendRequestAsync("POST", clients[n].Target, "Content-Length: 1000000\r\n");
        }
        await _server.NoSessionIsLeftAsync();
        foreach (var client in clients)
        {
            Assert.That((await client.Posts.ReadResponseAsync()).Status, Is.EqualTo(400));
            await client.DisposeAsync();
        }
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(25_000_000));
    }

    [TestCase("4\u0000", TestName = "A null is a character like others")]
    [TestCase("42[\"__proto__\",{\"__proto__\":{\"a\":1}}]")]
    public async Task Odd_but_legal_text_comes_back(string text)
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        await socket.SendTextAsync(text);
        Assert.That(await socket.ReadTextAsync(), Is.EqualTo(text));
    }

    /// <summary>CVE-2021-32640: no subprotocol is ever agreed to, so none is looked at.</summary>
    [Test]
    public async Task A_subprotocol_is_passed_over_however_it_is_written()
    {
        await using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendRequestAsync(
            "GET", $"{WireServer.Path}?EIO=4&transport=websocket", $"{RawWebSocket.Handshake}Sec-WebSocket-Protocol: b{new string(' ', 20_000)}x\r\n");
        var response = await connection.ReadResponseAsync();
        Assert.That((response.Status, response.Header("Sec-WebSocket-Protocol")), Is.EqualTo((101, (string?)null)));
    }

    /// <summary>CVE-2024-37890.</summary>
    [Test]
    public async Task Two_thousand_headers_ahead_of_an_upgrade_are_refused()
    {
        await using var connection = await RawConnection.OpenAsync(_server);
        var headers = string.Concat(Enumerable.Range(0, 2_000).Select(n => $"a{n}: b\r\n"));
        await connection.SendAsync($"GET {WireServer.Path}?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n{headers}{RawWebSocket.Handshake}\r\n");
        Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(431));
        await using var next = await RawWebSocket.OpenAsync(_server);
    }

    /// <summary>CVE-2022-41940.</summary>
    [Test]
    public async Task A_reset_behind_an_upgrade_to_a_path_of_nobodys_hurts_nobody()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var connection = await RawConnection.OpenAsync(_server);
            await connection.SendRequestAsync("GET", "/nowhere", RawWebSocket.Handshake);
            if (round % 2 == 0)
                Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(404));
            connection.Reset();
        }
        await using var next = await RawWebSocket.OpenAsync(_server);
    }

    /// <summary>CVE-2020-36048 and -36049.</summary>
    [TestCase("EIO=4", "4␞", 200_000)]
    [TestCase("EIO=3", "2:422:42", 120_000)]
    [TestCase("EIO=3", "99999991:4222", 70_000)]
    public async Task A_payload_of_a_great_many_packets_is_refused_at_once(string query, string repeated, int count)
    {
        await using var client = await PollingClient.OpenAsync(_server, query);
        var session = await _recorder.NextAsync();
        Assert.That((await client.PostAsync(string.Concat(Enumerable.Repeat(repeated.Replace('␞', '\x1e'), count)))).Status, Is.EqualTo(400));
        Assert.That(await session.ReasonAsync(), Is.EqualTo("parse error"));
        Assert.That(session.Unread(), Has.Count.LessThanOrEqualTo(1_000));
    }

    [Test]
    public async Task Posts_and_polls_that_collide_with_the_end_are_all_answered()
    {
        for (var round = 0; round < 100; round++)
        {
            await using var client = await PollingClient.OpenAsync(_server);
            var session = await _recorder.NextAsync();
            await client.BeginPollAsync();
            var posting = client.PostAsync("4a\x1e" + "4b");
            await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => session.Socket.Close(n % 2 == 0 ? CloseReason.ForcedClose : CloseReason.TransportError))));
            Assert.That((await posting).Status, Is.EqualTo(200).Or.EqualTo(400));
            var poll = await client.EndPollAsync();
            Assert.That(poll.Body.Split('\x1e'), Is.SubsetOf(new[] { "4a", "4b", "6", "1", """{"code":1,"message":"Session ID unknown"}""" }));
            await session.ReasonAsync();
            Assert.That(session.Closes, Is.EqualTo(1));
        }
        await _server.NoSessionIsLeftAsync();
    }

    [Test]
    public async Task Rubbish_frames_never_hurt_the_server()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            await using var socket = await RawWebSocket.OpenAsync(_server);
            var rubbish = new byte[random.Next(1, 200)];
            random.NextBytes(rubbish);
            if (random.Next(2) == 0)
                rubbish[0] = (byte)(0x80 | random.Next(3));
            await socket.Connection.SendAsync(rubbish);
            if (random.Next(2) == 0)
                socket.Connection.Finish();
        }
        await _server.NoSessionIsLeftAsync();
    }

    private async Task ComeAndGoAsync(int kind, int seed)
    {
        if (kind % 2 == 0)
        {
            await using var socket = await RawWebSocket.OpenAsync(_server);
            await socket.SendTextAsync("4x");
            await LeaveAsync(socket.Connection, seed);
            return;
        }
        await using var client = await PollingClient.OpenAsync(_server);
        await client.PostAsync("4x");
        if (kind % 3 == 0)
        {
            await using var candidate = await RawWebSocket.JoinAsync(_server, client.Sid);
            await candidate.SendTextAsync(kind % 4 == 1 ? "5" : "2probe");
            await LeaveAsync(candidate.Connection, seed);
        }
        else if (kind % 4 == 1)
        {
            await client.PostAsync("1");
        }
        else
        {
            await client.BeginPollAsync();
            await LeaveAsync(client.Gets, seed);
        }
    }

    private static async Task LeaveAsync(RawConnection connection, int seed)
    {
        switch (seed % 4)
        {
            case 0:
                connection.Reset();
                break;
            case 1:
                await connection.SendAsync(RawWebSocket.Frame(0x88, []));
                break;
            case 2:
                connection.Finish();
                break;
        }
    }
}
