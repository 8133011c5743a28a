using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md 2.5: what browsers are told about pages of other origins, and who is refused.</summary>
[Parallelizable]
internal sealed class CrossOriginTests
{
    private const string App = "https://app.example.com";
    private const string Desk = "http://localhost:5173";
    private const string Stranger = "https://stranger.example.net";
    private const string Polling = "?EIO=4&transport=polling";
    private const string WebSocket = "?EIO=4&transport=websocket";

    /// <summary>Origins allowed, origin that asks, what it is told, and whether caches must tell origins apart.</summary>
    private static readonly object?[][] Origins =
    [
        ["*", App, "*", null],
        ["*", null, "*", null],
        [App, App, App, "Origin"],
        [App, Stranger, App, "Origin"],
        [App, null, App, "Origin"],
        [$"{App},{Desk}", Desk, Desk, "Origin"],
        [$" {App} , {Desk} ", App, App, "Origin"],
        [$"{App},{Desk}", Stranger, null, "Origin"],
        [$"{App},{Desk}", null, null, "Origin"],
        [$"{App},null", "null", "null", "Origin"],
        [$"{App},{Desk}", "https://app.example.com.evil.net", null, "Origin"],
        [$"{App},{Desk}", "https://é.example.com", null, "Origin"],
        ["none", App, null, null],
        ["", App, null, null],
    ];

    [TestCaseSource(nameof(Origins))]
    public async Task An_origin_is_named_as_the_list_has_it_and_served_all_the_same(string allowed, string? origin, string? told, string? vary)
    {
        await using var server = await StartAsync(new CrossOriginOptions { Origins = allowed });
        var response = await RequestAsync(server, "GET", Polling, origin);
        Assert.That(response.Status, Is.EqualTo(200));
        Assert.That((response.Header("Access-Control-Allow-Origin"), response.Header("Vary")), Is.EqualTo((told, vary)));
    }

    [Test]
    public async Task Errors_and_foreign_paths_and_upgrades_carry_the_headers_too()
    {
        await using var server = await StartAsync(new CrossOriginOptions { Origins = $"{App},{Desk}", Credentials = true, ExposedHeaders = "X-One,X-Two", MaxAge = 60 });
        foreach (var (query, headers, status) in new[] { ("?EIO=4", "", 400), ("/nothing", "", 404), (WebSocket, RawWebSocket.Handshake, 101), ("?EIO=3&transport=x", RawWebSocket.Handshake, 400) })
        {
            var response = await RequestAsync(server, "GET", query, App, headers);
            Assert.That(response.Status, Is.EqualTo(status), query);
            Assert.That(Told(response), Is.EqualTo(new[]
            {
                $"Access-Control-Allow-Credentials: true", $"Access-Control-Allow-Origin: {App}", "Access-Control-Expose-Headers: X-One,X-Two", "Vary: Origin",
            }), query);
        }
    }

    [TestCase("")]
    [TestCase(Polling)]
    [TestCase($"{Polling}&sid=unknown")]
    [TestCase("?transport=nothing")]
    [TestCase("rest/of/a/dialect")]
    public async Task A_preflight_is_answered_whatever_it_is_for(string target)
    {
        await using var server = await StartAsync(new CrossOriginOptions { Origins = "*" });
        var response = await RequestAsync(server, "OPTIONS", target, App, "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,x-y\r\n");
        Assert.That(response.Status, Is.EqualTo(204));
        Assert.That(Told(response), Is.EqualTo(new[]
        {
            "Access-Control-Allow-Headers: authorization,x-y", "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE",
            "Access-Control-Allow-Origin: *", "Vary: Access-Control-Request-Headers",
        }));
    }

    [Test]
    public async Task A_preflight_tells_all_that_is_configured()
    {
        await using var server = await StartAsync(new CrossOriginOptions
        {
            Origins = $"{App},{Desk}",
            Credentials = true,
            Methods = "GET,POST",
            Headers = "Authorization",
            ExposedHeaders = "X-One",
            MaxAge = 600,
        });
        Assert.That(Told(await RequestAsync(server, "OPTIONS", Polling, Desk, "Access-Control-Request-Headers: x-y\r\n")), Is.EqualTo(new[]
        {
            "Access-Control-Allow-Credentials: true", "Access-Control-Allow-Headers: Authorization", "Access-Control-Allow-Methods: GET,POST",
            $"Access-Control-Allow-Origin: {Desk}", "Access-Control-Expose-Headers: X-One", "Access-Control-Max-Age: 600", "Vary: Origin",
        }));
    }

    [Test]
    public async Task What_may_not_stand_in_a_header_is_not_echoed()
    {
        await using var server = await StartAsync(new CrossOriginOptions { Origins = $"{App},{Desk}" });
        var response = await RequestAsync(server, "OPTIONS", Polling, "https://é", "Access-Control-Request-Headers: é\r\n");
        Assert.That(response.Status, Is.EqualTo(204));
        Assert.That(Told(response), Is.EqualTo(new[] { "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE", "Vary: Origin, Access-Control-Request-Headers" }));
    }

    [Test]
    public async Task Without_origins_nothing_is_told_and_a_preflight_is_a_bad_handshake([Values("", "none")] string origins)
    {
        await using var server = await StartAsync(new CrossOriginOptions { Origins = origins });
        var response = await RequestAsync(server, "OPTIONS", Polling, App);
        Assert.That((response.Status, response.Body), Is.EqualTo((400, """{"code":2,"message":"Bad handshake method"}""")));
        Assert.That(Told(response), Is.Empty);
    }

    [TestCase(App, 200)]
    [TestCase("HTTPS://APP.EXAMPLE.COM", 200)]
    [TestCase(null, 200)]
    [TestCase(Stranger, 403)]
    [TestCase("null", 403)]
    [TestCase("", 403)]
    public async Task Where_others_are_refused_a_handshake_needs_a_listed_origin_or_none(string? origin, int status)
    {
        await using var server = await StartAsync(new CrossOriginOptions { Origins = App, RefuseOthers = true }, refuses: true);
        var polling = await RequestAsync(server, "GET", Polling, origin);
        Assert.That(polling.Status, Is.EqualTo(status));
        Assert.That(polling.Body, status is 403 ? Is.EqualTo("""{"code":4,"message":"Forbidden"}""") : Does.StartWith("0{"));
        var socket = await RequestAsync(server, "GET", WebSocket, origin, RawWebSocket.Handshake);
        Assert.That((socket.Status, socket.Body), Is.EqualTo(status is 403 ? (400, "Forbidden") : (101, "")));
        if (status is 403)
            Assert.That(server.Engine.Count, Is.Zero);
    }

    [Test]
    public async Task An_origin_with_a_control_character_is_a_bad_request()
    {
        await using var server = await StartAsync(new CrossOriginOptions { Origins = "*" });
        Assert.That((await RequestAsync(server, "GET", Polling, "https://a\u007f")).Body, Is.EqualTo("""{"code":3,"message":"Bad request"}"""));
    }

    private static Task<WireServer> StartAsync(CrossOriginOptions cors, bool refuses = false) => WireServer.StartAsync(
        new EchoRecorder(), cors: cors, hooks: refuses ? new EngineIoHooks { AllowRequest = new CrossOriginPolicy(cors).CheckAsync } : null);

    private static async Task<RawResponse> RequestAsync(WireServer server, string method, string target, string? origin, string headers = "")
    {
        await using var connection = await RawConnection.OpenAsync(server);
        await connection.SendRequestAsync(method, WireServer.Path + target, headers + (origin is null ? "" : $"Origin: {origin}\r\n"));
        return await connection.ReadResponseAsync();
    }

    private static IEnumerable<string> Told(RawResponse response) => response.Headers
        .Where(header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase) || header.Key is "Vary")
        .Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal);
}
