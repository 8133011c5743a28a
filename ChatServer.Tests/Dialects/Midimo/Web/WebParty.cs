using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ChatServer.Tests.Dialects.Hotel;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Web;

/// <summary>Somebody at midimo's web: REST calls and direct WebSockets, by a token of their own.</summary>
internal sealed class WebParty(ServerProcess server, IReadOnlyDictionary<string, object> claims) : IDisposable
{
    public const string Path = "/api/v1/chat/threads";

    private readonly HttpClient _client = new() { BaseAddress = server.MidimoWeb };

    public string Name => claims.TryGetValue("sub", out var name) ? (string)name : "";

    public string Token => Tokens.Sign(claims, TimeSpan.FromHours(1));

    public static WebParty User(string stem, ServerProcess? server = null) =>
        Named($"{stem}_{Guid.NewGuid():N}", server);

    public static WebParty Named(string name, ServerProcess? server = null, params string[] scopes)
    {
        var claims = new Dictionary<string, object> { ["sub"] = name, ["aud"] = "midimo_chat" };
        if (scopes.Length > 0)
            claims["scope"] = scopes;
        return new WebParty(server ?? WebServer.Current, claims);
    }

    public static WebParty Service() =>
        new(WebServer.Current, new Dictionary<string, object> { ["iss"] = "e_commerce", ["aud"] = "midimo_chat", ["service"] = "e_commerce" });

    public Task<HotelSocket> ConnectAsync() => HotelSocket.ConnectAsync(server.MidimoWeb, $"/ws?token={Token}");

    public Task<RestAnswer> GetAsync(string path = "") => SendAsync(HttpMethod.Get, path);

    public Task<RestAnswer> PostAsync(string path, object? body, string? key = null) => SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), key);

    public async Task<RestAnswer> SendAsync(HttpMethod method, string path, HttpContent? body = null, string? key = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, $"{Path}{path}") { Content = body };
        request.Headers.Authorization = token is "" ? null : new AuthenticationHeaderValue("Bearer", token ?? Token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var response = await _client.SendAsync(request);
        return new RestAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Opens a thread with others who are known already.</summary>
    public async Task<string> OpenAsync(params WebParty[] others)
    {
        foreach (var other in others)
            await OkAsync(other.GetAsync());
        return (await OkAsync(PostAsync("", new { title = "Support Thread", participants = others.Select(other => other.Name) }))).GetProperty("id").GetString()!;
    }

    public static async Task<JsonElement> OkAsync(Task<RestAnswer> asked)
    {
        var answer = await asked;
        Assert.That((int)answer.Status, Is.InRange(200, 299), answer.Body);
        return answer.Json;
    }

    public void Dispose() => _client.Dispose();
}
