using System.IO.Compression;
using System.Text;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md 2.4: what surrounds the payloads of long-polling.</summary>
[Parallelizable]
internal sealed class PollingResponseTests
{
    private const string Handshake = $"{WireServer.Path}?EIO=4&transport=polling";
    private static readonly string Long = new('x', 1_023);

    private WireServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await WireServer.StartAsync(new EchoRecorder());

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [TestCase("gzip", "gzip")]
    [TestCase("gzip, deflate, br, zstd", "gzip")]
    [TestCase("deflate, gzip", "deflate")]
    [TestCase("gzip;q=0.5, deflate;q=0.6", "deflate")]
    [TestCase("GZIP", "gzip")]
    [TestCase("gzip;q=0, deflate", "deflate")]
    [TestCase("*", "gzip")]
    [TestCase("*, gzip;q=0", "deflate")]
    [TestCase("*;q=0.1, deflate", "deflate")]
    [TestCase("identity, gzip;q=0.5", "gzip")]
    [TestCase("br", null)]
    [TestCase("br, zstd, identity", null)]
    [TestCase("gzip;q=0", null)]
    [TestCase("*;q=0", null)]
    [TestCase("", null)]
    [TestCase("  ,;;=,\"", null)]
    public async Task A_long_answer_is_compressed_as_the_client_prefers(string accepted, string? coding)
    {
        var (response, body) = await PollAsync(_server, Long, accepted);
        Assert.That(response.Header("Content-Encoding"), Is.EqualTo(coding));
        Assert.That(response.Header("Content-Length"), Is.EqualTo(coding is null ? "1024" : null));
        Assert.That(response.Header("Vary"), Is.Null);
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
        Assert.That(body, Is.EqualTo($"4{Long}"));
    }

    [Test]
    public async Task A_short_answer_is_not() => Assert.That(await CodingAsync(_server, Long[1..]), Is.Null);

    [Test]
    public async Task The_threshold_and_the_whole_are_options()
    {
        await using var low = await WireServer.StartAsync(new EchoRecorder(), new EngineIoOptions { HttpCompressionThreshold = 0 });
        Assert.That(await CodingAsync(low, "x"), Is.EqualTo("gzip"));
        await using var off = await WireServer.StartAsync(new EchoRecorder(), new EngineIoOptions { HttpCompression = false });
        Assert.That(await CodingAsync(off, Long), Is.Null);
    }

    [Test]
    public async Task An_answer_is_compressed_when_one_of_its_packets_is_worth_it()
    {
        var photo = new OutboundPacket(new byte[2_000], IsBinary: true, SkipsCompression: true);
        await using var server = await WireServer.StartAsync(new EchoRecorder
        {
            OnText = (session, text) =>
            {
                session.Socket.TrySend(text is "photo" ? [photo] : [photo, EchoRecorder.Text(text)]);
                return ValueTask.CompletedTask;
            },
        });
        Assert.That(await CodingAsync(server, "photo"), Is.Null);
        Assert.That(await CodingAsync(server, "photo and words"), Is.EqualTo("gzip"));
    }

    [TestCase("Mozilla/5.0 (compatible;MSIE 10.0; Windows NT 6.2)", "0")]
    [TestCase("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "0")]
    [TestCase("Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2)", null)]
    [TestCase("Mozilla/5.0 Firefox/140.0", null)]
    public async Task Only_an_old_Internet_Explorer_is_told_to_trust_the_answers(string agent, string? protection)
    {
        await using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendRequestAsync("GET", Handshake, $"User-Agent: {agent}\r\n");
        var response = await connection.ReadResponseAsync();
        Assert.That(response.Header("X-XSS-Protection"), Is.EqualTo(protection));
        await connection.SendRequestAsync("POST", $"{Handshake}&sid={PollingClient.SidIn(response.Body)}", $"User-Agent: {agent}\r\n", "4x"u8.ToArray());
        response = await connection.ReadResponseAsync();
        Assert.That((response.Body, response.Header("X-XSS-Protection")), Is.EqualTo(("ok", protection)));
    }

    [Test]
    public async Task The_cookie_comes_with_the_handshake_on_polling_alone()
    {
        await using var server = await WireServer.StartAsync(new EchoRecorder(), new EngineIoOptions { CookieName = "io" });
        await using var client = await RawConnection.OpenAsync(server);
        await client.SendRequestAsync("GET", Handshake);
        var opening = await client.ReadResponseAsync();
        var sid = PollingClient.SidIn(opening.Body);
        Assert.That(opening.Header("Set-Cookie"), Is.EqualTo($"io={sid}; Path=/; HttpOnly; SameSite=Lax"));
        foreach (var (method, query, headers) in new[] { ("POST", $"&sid={sid}", ""), ("GET", $"&sid={sid}", ""), ("GET", "&sid=unknown", ""), ("GET", "&transport=websocket", RawWebSocket.Handshake) })
        {
            await client.SendRequestAsync(method, Handshake + query, headers, method is "POST" ? "4x"u8.ToArray() : null);
            Assert.That((await client.ReadResponseAsync()).Header("Set-Cookie"), Is.Null, query);
        }
    }

    [Test]
    public async Task No_cookie_is_set_unasked() => Assert.That((await PollAsync(_server, "x", "")).Response.Header("Set-Cookie"), Is.Null);

    private static async Task<string?> CodingAsync(WireServer server, string text) => (await PollAsync(server, text, "gzip, deflate")).Response.Header("Content-Encoding");

    /// <summary>Has a text echoed, and reads the answer whatever it is wrapped in.</summary>
    private static async Task<(RawResponse Response, string Body)> PollAsync(WireServer server, string text, string accepted)
    {
        await using var client = await PollingClient.OpenAsync(server);
        await client.PostAsync($"4{text}");
        await client.Gets.SendRequestAsync("GET", client.Target, $"Accept-Encoding: {accepted}\r\n");
        var response = await client.EndPollAsync();
        Assert.That(response.Status, Is.EqualTo(200));
        var body = new MemoryStream(response.Bytes);
        using var decoder = response.Header("Content-Encoding") switch
        {
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress),
            _ => (Stream)body,
        };
        using var reader = new StreamReader(decoder, Encoding.UTF8);
        return (response, await reader.ReadToEndAsync());
    }
}
