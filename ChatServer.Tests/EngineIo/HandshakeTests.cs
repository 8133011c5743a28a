using System.Text.Json;
using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md sections 2 and 3: what is refused, with which words, and what the open packet says.</summary>
[Parallelizable]
internal sealed class HandshakeTests
{
    private const string Json = "application/json";
    private WireServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await WireServer.StartAsync(new EchoRecorder());

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [TestCase("GET", "", """{"code":0,"message":"Transport unknown"}""")]
    [TestCase("GET", "?EIO=4", """{"code":0,"message":"Transport unknown"}""")]
    [TestCase("GET", "?EIO=4&transport=", """{"code":0,"message":"Transport unknown"}""")]
    [TestCase("GET", "?EIO=4&transport=webtransport", """{"code":0,"message":"Transport unknown"}""")]
    [TestCase("GET", "?EIO=4&transport=Polling", """{"code":0,"message":"Transport unknown"}""")]
    [TestCase("GET", "?EIO=4&transport=constructor", """{"code":0,"message":"Transport unknown"}""")]
    [TestCase("GET", "?EIO=4&transport=__proto__", """{"code":0,"message":"Transport unknown"}""")]
    [TestCase("GET", "?EIO=4&transport=polling&transport=abc", """{"code":0,"message":"Transport unknown"}""")]
    [TestCase("GET", "?EIO=4&transport=polling&sid=abc", """{"code":1,"message":"Session ID unknown"}""")]
    [TestCase("GET", "?EIO=4&transport=polling&sid=__proto__", """{"code":1,"message":"Session ID unknown"}""")]
    [TestCase("POST", "?EIO=4&transport=polling&sid=constructor", """{"code":1,"message":"Session ID unknown"}""")]
    [TestCase("POST", "?EIO=4&transport=polling", """{"code":2,"message":"Bad handshake method"}""")]
    [TestCase("PUT", "?EIO=4&transport=polling", """{"code":2,"message":"Bad handshake method"}""")]
    [TestCase("DELETE", "?EIO=4&transport=polling", """{"code":2,"message":"Bad handshake method"}""")]
    [TestCase("OPTIONS", "?EIO=4&transport=polling", """{"code":2,"message":"Bad handshake method"}""")]
    [TestCase("GET", "?EIO=4&transport=websocket", """{"code":3,"message":"Bad request"}""")]
    [TestCase("GET", "?transport=polling", """{"code":5,"message":"Unsupported protocol version"}""")]
    [TestCase("GET", "?EIO=2&transport=polling", """{"code":5,"message":"Unsupported protocol version"}""")]
    [TestCase("GET", "?EIO=&transport=polling", """{"code":5,"message":"Unsupported protocol version"}""")]
    [TestCase("GET", "?EIO=5&transport=polling", """{"code":5,"message":"Unsupported protocol version"}""")]
    [TestCase("GET", "?EIO=abc&transport=polling", """{"code":5,"message":"Unsupported protocol version"}""")]
    [TestCase("GET", "?EIO=4&EIO=2&transport=polling", """{"code":5,"message":"Unsupported protocol version"}""")]
    public async Task A_bad_handshake_is_answered_400_with_code_and_words(string method, string query, string body)
    {
        var response = await RequestAsync(method, query);
        Assert.That((response.Status, response.Header("Content-Type"), response.Body), Is.EqualTo((400, Json, body)));
        Assert.That(response.Header("Content-Length"), Is.EqualTo($"{body.Length}"));
    }

    [Test]
    public async Task A_HEAD_request_gets_the_status_without_a_body()
    {
        await using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendRequestAsync("HEAD", $"{WireServer.Path}?EIO=4&transport=polling");
        Assert.That((await connection.ReadResponseAsync(hasBody: false)).Status, Is.EqualTo(400));
        await connection.SendRequestAsync("GET", $"{WireServer.Path}?EIO=4&transport=polling");
        Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(200), "nothing stood between the answers");
    }

    [TestCase("?EIO=4&transport=webtransport", "Transport unknown")]
    [TestCase("?EIO=4&transport=websocket&sid=abc", "Session ID unknown")]
    [TestCase("?EIO=4&transport=polling", "Bad request")]
    [TestCase("?EIO=2&transport=websocket", "Unsupported protocol version")]
    [TestCase("?transport=websocket", "Unsupported protocol version")]
    public async Task A_bad_upgrade_is_answered_400_in_plain_words_and_ends_the_connection(string query, string body)
    {
        await using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendRequestAsync("GET", WireServer.Path + query, RawWebSocket.Handshake);
        var response = await connection.ReadResponseAsync();
        Assert.That((response.Status, response.Header("Content-Type"), response.Body), Is.EqualTo((400, "text/html", body)));
        Assert.That(response.Header("Connection"), Is.EqualTo("close"));
        Assert.That(await connection.ReadToEndAsync(), Is.Empty);
    }

    [TestCase("Sec-WebSocket-Version: 13\r\n")]
    [TestCase("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n")]
    [TestCase("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWVl\r\n")]
    [TestCase("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    [TestCase("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    public async Task An_upgrade_without_a_proper_key_and_version_is_refused(string headers)
    {
        await using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendRequestAsync(
            "GET", $"{WireServer.Path}?EIO=4&transport=websocket", $"Connection: Upgrade\r\nUpgrade: websocket\r\n{headers}");
        Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task The_open_packet_has_exactly_five_keys()
    {
        var response = await RequestAsync("GET", "?EIO=4&transport=polling");
        Assert.That(response.Status, Is.EqualTo(200));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
        Assert.That(response.Header("Cache-Control"), Is.EqualTo("no-store"));
        var sid = PollingClient.SidIn(response.Body);
        Assert.That(sid, Does.Match("^[A-Za-z0-9_-]{20}$"));
        Assert.That(response.Body, Is.EqualTo(
            $$"""0{"sid":"{{sid}}","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"""));
    }

    [Test]
    public async Task A_websocket_is_offered_no_upgrade()
    {
        await using var socket = await RawWebSocket.OpenAsync(_server);
        var open = JsonDocument.Parse(socket.Opening[1..]).RootElement;
        Assert.That(open.GetProperty("upgrades").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_server_that_allows_no_upgrade_offers_none()
    {
        await using var server = await WireServer.StartAsync(new EchoRecorder(), new EngineIoOptions { AllowUpgrades = false });
        await using var client = await PollingClient.OpenAsync(server);
        Assert.That(client.Opening, Does.Contain("\"upgrades\":[]"));
    }

    [TestCase("?EIO=4&transport=polling&sid=")]
    [TestCase("?EIO=3&EIO=4&transport=abc&transport=polling")]
    [TestCase("?EIO=4&transport=polling&t=abc&b64=1&__proto__=1&toString=2")]
    public async Task An_empty_sid_and_foreign_keys_are_a_handshake(string query) =>
        Assert.That((await RequestAsync("GET", query)).Body, Does.StartWith("0{"));

    [Test]
    public async Task The_path_is_served_with_and_without_its_slash_and_no_other_is()
    {
        const string Query = "?EIO=4&transport=polling";
        Assert.That((await TargetAsync($"/engine.io{Query}")).Status, Is.EqualTo(200));
        Assert.That((await TargetAsync($"/engine.iox/{Query}")).Status, Is.EqualTo(404));
        Assert.That((await TargetAsync($"/engine.io/foo/{Query}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_query_and_the_headers_are_kept_for_the_application()
    {
        var recorder = new EchoRecorder();
        await using var server = await WireServer.StartAsync(recorder);
        await using var connection = await RawConnection.OpenAsync(server);
        await connection.SendRequestAsync("GET", $"{WireServer.Path}?EIO=4&transport=polling&token=a%20b&x=1&x=2", "X-Test: yes\r\n");
        await connection.ReadResponseAsync();
        var handshake = (await recorder.NextAsync()).Socket.Handshake;
        Assert.That((handshake.Query["token"], handshake.Query["x"]), Is.EqualTo(("a b", "2")));
        Assert.That(handshake.Headers["x-test"].ToString(), Is.EqualTo("yes"));
        Assert.That(handshake.Url, Is.EqualTo($"{WireServer.Path}?EIO=4&transport=polling&token=a%20b&x=1&x=2"));
        Assert.That(handshake.Address?.ToString(), Is.EqualTo("127.0.0.1"));
    }

    [Test]
    public async Task A_session_answers_to_its_own_revision_and_transport_only()
    {
        await using var client = await PollingClient.OpenAsync(_server);
        const string BadRequest = """{"code":3,"message":"Bad request"}""";
        foreach (var query in new[] { $"?EIO=3&transport=polling&sid={client.Sid}", $"?transport=polling&sid={client.Sid}", $"?EIO=4&transport=websocket&sid={client.Sid}" })
            Assert.That((await RequestAsync("GET", query)).Body, Is.EqualTo(BadRequest), query);
        Assert.That((await client.PostAsync("4still here")).Body, Is.EqualTo("ok"));
        Assert.That(await client.PollAsync(), Is.EqualTo("4still here"));
    }

    [TestCase("PUT")]
    [TestCase("DELETE")]
    [TestCase("OPTIONS")]
    public async Task Another_method_on_a_session_is_not_allowed_and_does_not_touch_it(string method)
    {
        await using var client = await PollingClient.OpenAsync(_server);
        var response = await RequestAsync(method, $"?EIO=4&transport=polling&sid={client.Sid}");
        Assert.That((response.Status, response.Header("Allow"), response.Body), Is.EqualTo((405, "GET, POST", "")));
        Assert.That((await client.PostAsync("4x")).Status, Is.EqualTo(200));
    }

    private Task<RawResponse> RequestAsync(string method, string query) => TargetAsync(WireServer.Path + query, method);

    private async Task<RawResponse> TargetAsync(string target, string method = "GET")
    {
        await using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendRequestAsync(method, target);
        return await connection.ReadResponseAsync();
    }
}
