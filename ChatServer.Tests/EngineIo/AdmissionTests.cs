using System.Net;
using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>How many may come in, and how those are told who may not.</summary>
[Parallelizable]
internal sealed class AdmissionTests
{
    private const string Handshake = "?EIO=4&transport=polling";

    [Test]
    public async Task A_session_too_many_is_refused_until_another_has_gone()
    {
        await using var server = await StartAsync(new EngineIoOptions { MaxSessions = 2 });
        using var client = Client(server);
        var first = await OpenAsync(client);
        await OpenAsync(client);

        using var refused = await client.GetAsync(Handshake);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await refused.Content.ReadAsStringAsync(), Is.EqualTo("""{"code":4,"message":"Too many sessions"}"""));

        await client.PostAsync($"{Handshake}&sid={first}", new StringContent("1"));
        await OpenAsync(client);
    }

    [Test]
    public async Task A_session_too_many_from_one_address_is_refused()
    {
        await using var server = await StartAsync(new EngineIoOptions { MaxSessionsPerAddress = 1 });
        using var client = Client(server);
        await OpenAsync(client);

        using var refused = await client.GetAsync(Handshake);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task A_handshake_too_many_from_one_address_is_refused_and_polls_go_on()
    {
        await using var server = await StartAsync(new EngineIoOptions { HandshakesPerMinutePerAddress = 2 });
        using var client = Client(server);
        var first = await OpenAsync(client);
        await OpenAsync(client);

        using var refused = await client.GetAsync(Handshake);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(await refused.Content.ReadAsStringAsync(), Is.EqualTo("""{"code":4,"message":"Too many handshakes"}"""));

        using var posted = await client.PostAsync($"{Handshake}&sid={first}", new StringContent("4hello"));
        Assert.That(await posted.Content.ReadAsStringAsync(), Is.EqualTo("ok"));
    }

    [Test]
    public async Task A_websocket_too_many_is_refused_as_text()
    {
        await using var server = await StartAsync(new EngineIoOptions { MaxSessions = 1 });
        using var client = Client(server);
        await OpenAsync(client);

        using var request = new HttpRequestMessage(HttpMethod.Get, "?EIO=4&transport=websocket");
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        using var refused = await client.SendAsync(request);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await refused.Content.ReadAsStringAsync(), Is.EqualTo("Too many sessions"));
    }

    private static Task<WireServer> StartAsync(EngineIoOptions options) => WireServer.StartAsync(new EchoRecorder(), options);

    private static HttpClient Client(WireServer server) => new() { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}{WireServer.Path}") };

    private static async Task<string> OpenAsync(HttpClient client)
    {
        var opened = await client.GetStringAsync(Handshake);
        Assert.That(opened, Does.StartWith("0{"));
        return opened.Split('"')[3];
    }
}
