using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>What those who use the engine alone may put between a request and its answer.</summary>
[Parallelizable]
internal sealed class HooksTests
{
    private const string Polling = $"{WireServer.Path}?EIO=4&transport=polling";
    private const string WebSocket = $"{WireServer.Path}?EIO=4&transport=websocket";

    [TestCase(Polling, "", 403, """{"code":4,"message":"not \u0022today\u0022"}""")]
    [TestCase(WebSocket, RawWebSocket.Handshake, 400, "not \"today\"")]
    public async Task A_refused_handshake_is_told_the_hooks_own_words(string target, string headers, int status, string body)
    {
        await using var server = await StartAsync(new EngineIoHooks { AllowRequest = async _ => { await Task.Yield(); return "not \"today\""; } });
        var response = await GetAsync(server, target, headers);
        Assert.That((response.Status, response.Body), Is.EqualTo((status, body)));
        Assert.That(server.Engine.Count, Is.Zero);
    }

    [Test]
    public async Task A_refusal_without_words_is_Forbidden()
    {
        await using var server = await StartAsync(new EngineIoHooks { AllowRequest = _ => ValueTask.FromResult<string?>("") });
        Assert.That((await GetAsync(server, Polling)).Body, Is.EqualTo("""{"code":4,"message":"Forbidden"}"""));
    }

    [Test]
    public async Task The_hook_is_asked_once_a_session_after_the_earlier_checks_and_before_the_revision()
    {
        var asked = new List<string>();
        await using var server = await StartAsync(new EngineIoHooks
        {
            AllowRequest = context =>
            {
                asked.Add(context.Request.QueryString.Value!);
                return ValueTask.FromResult<string?>(null);
            },
        });
        await using var client = await PollingClient.OpenAsync(server);
        await client.PostAsync("4x");
        await client.PollAsync();
        await GetAsync(server, $"{WireServer.Path}?EIO=4&transport=x");
        Assert.That((await GetAsync(server, $"{WireServer.Path}?EIO=9&transport=polling")).Body, Does.Contain("\"code\":5"));
        Assert.That(asked, Is.EqualTo(new[] { "?EIO=4&transport=polling", "?EIO=9&transport=polling" }));
    }

    [Test]
    public async Task A_hook_that_fails_ends_the_request_and_opens_nothing()
    {
        await using var server = await WireServer.StartAsync(
            new EchoRecorder(), expectsFaults: true, hooks: new EngineIoHooks { AllowRequest = _ => throw new InvalidOperationException("a bug") });
        Assert.That((await GetAsync(server, Polling)).Status, Is.EqualTo(500));
        Assert.That(server.Engine.Count, Is.Zero);
    }

    [Test]
    public async Task Headers_come_with_every_answer_of_a_session_and_initial_ones_with_the_first()
    {
        await using var server = await StartAsync(new EngineIoHooks
        {
            InitialHeaders = (request, headers) => headers["X-Initial"] = request.Query["transport"],
            Headers = (_, headers) => headers["X-Each"] = "yes",
        });
        await using var client = await PollingClient.OpenAsync(server);
        Check(await GetAsync(server, Polling), "polling");
        Check(await GetAsync(server, WebSocket, RawWebSocket.Handshake), "websocket");
        Check(await client.PostAsync("4x"), null);
        Check(await client.GetAsync(), null);
        Check(await GetAsync(server, $"{WebSocket}&sid={client.Sid}", RawWebSocket.Handshake), null);

        static void Check(RawResponse response, string? initial) =>
            Assert.That((response.Header("X-Initial"), response.Header("X-Each")), Is.EqualTo((initial, "yes")));
    }

    [Test]
    public async Task A_refusal_has_none_of_the_headers()
    {
        await using var server = await StartAsync(new EngineIoHooks { InitialHeaders = (_, headers) => headers["X-Initial"] = "yes", Headers = (_, headers) => headers["X-Each"] = "yes" });
        var response = await GetAsync(server, $"{Polling}&sid=unknown");
        Assert.That((response.Header("X-Initial"), response.Header("X-Each")), Is.EqualTo(((string?)null, (string?)null)));
    }

    private static Task<WireServer> StartAsync(EngineIoHooks hooks) => WireServer.StartAsync(new EchoRecorder(), hooks: hooks);

    private static async Task<RawResponse> GetAsync(WireServer server, string target, string headers = "")
    {
        await using var connection = await RawConnection.OpenAsync(server);
        await connection.SendRequestAsync("GET", target, headers);
        return await connection.ReadResponseAsync();
    }
}
