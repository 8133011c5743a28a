using System.Net;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>The section Cors on the whole server: REST and engine answer a browser alike, and the operator's port does not.</summary>
public sealed class PageOfAnotherOriginTests
{
    private const string App = "https://app.example.com";
    private const string Desk = "http://localhost:5173";
    private const string Stranger = "https://stranger.example.net";

    private static readonly Dictionary<string, string> Listed = new() { ["Cors__Origins"] = $"{App},{Desk}", ["Cors__RefuseOthers"] = "true" };

    [Test]
    public async Task A_page_from_a_listed_origin_may_use_rest_and_engine()
    {
        await using var server = await StartAsync(Listed);
        foreach (var path in new[] { "/api/chat/rooms", "/chat/rooms", "/nowhere", "/socket.io/socket.io.min.js", "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=x" })
        {
            using var answer = await SendAsync(server.Consult, HttpMethod.Get, path, Desk);
            Assert.That((Allowed(answer), answer.Headers.Vary.First()), Is.EqualTo((Desk, "Origin")), path);
            using var preflight = await SendAsync(server.Consult, HttpMethod.Options, path, Desk);
            Assert.That((preflight.StatusCode, Allowed(preflight)), Is.EqualTo((HttpStatusCode.NoContent, Desk)), path);
            Assert.That(preflight.Headers.GetValues("Access-Control-Allow-Headers"), Is.EqualTo(new[] { "authorization,idempotency-key" }), path);
        }
        using var admin = await SendAsync(server.Admin, HttpMethod.Get, "/healthz", Desk);
        Assert.That((admin.StatusCode, Allowed(admin)), Is.EqualTo((HttpStatusCode.OK, (string?)null)));
    }

    [TestCase("Development", "*")]
    [TestCase("Production", null)]
    public async Task With_nothing_set_every_page_is_welcome_in_development_alone(string environment, string? allowed)
    {
        await using var server = await StartAsync(new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = environment });
        foreach (var path in new[] { "/api/chat/rooms", "/socket.io/?EIO=4&transport=polling" })
        {
            using var answer = await SendAsync(server.Consult, HttpMethod.Get, path, Stranger);
            Assert.That(Allowed(answer), Is.EqualTo(allowed), path);
            Assert.That(answer.Headers.Contains("Access-Control-Allow-Credentials"), Is.False);
        }
    }

    [Test]
    public async Task The_npm_client_of_a_listed_origin_connects_and_that_of_another_is_refused()
    {
        await using var server = await StartAsync(Listed);
        var script = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients", "consult-page.mjs");
        await using var pages = ChildProcess.Start("node", [script, server.Consult.ToString().TrimEnd('/'), Person.Customer().Token, App, Stranger]);
        Assert.That(await pages.WaitForExitAsync(), Is.Zero, pages.Transcript);
    }

    private static async Task<ServerProcess> StartAsync(IReadOnlyDictionary<string, string> settings) =>
        await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync(), settings);

    private static async Task<HttpResponseMessage> SendAsync(Uri server, HttpMethod method, string path, string origin)
    {
        using var client = new HttpClient { BaseAddress = server };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,idempotency-key");
        }
        return await client.SendAsync(request);
    }

    private static string? Allowed(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
}
