using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ChatServer.Tests.Support;

/// <summary>Somebody of one test alone at a support server, known from their token: REST calls, and any number of sockets.</summary>
internal sealed class SupportParty(Uri server, string role) : IAsyncDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = server };
    private readonly List<RawSocketIo> _sockets = [];

    public Guid Id { get; } = Guid.CreateVersion7();

    public string Token => Tokens.Sign(
        new Dictionary<string, object> { ["userId"] = Id.ToString(), ["role"] = role, ["firstName"] = "Awa", ["lastName"] = $"{role} {Id:N}" }, TimeSpan.FromHours(1));

    public static SupportParty Customer(Uri server) => new(server, "customer");

    public static SupportParty Agent(Uri server) => new(server, "support");

    public async Task<RawSocketIo> ConnectAsync()
    {
        var socket = await RawSocketIo.ConnectAsync(server, Token, "/");
        _sockets.Add(socket);
        return socket;
    }

    public async Task<RestAnswer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/chat{path}") { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await _client.SendAsync(request);
        return new RestAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The data of a call that must succeed.</summary>
    public async Task<JsonElement> DataAsync(HttpMethod method, string path, object? body = null)
    {
        var answer = await SendAsync(method, path, body);
        Assert.That((int)answer.Status, Is.InRange(200, 299), answer.Body);
        return answer.Json.GetProperty("data");
    }

    public async Task<Guid> OpenAsync() => (await DataAsync(HttpMethod.Post, "/sessions", new { subject = "Help" })).GetProperty("id").GetGuid();

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
            await socket.DisposeAsync();
        _client.Dispose();
    }
}
