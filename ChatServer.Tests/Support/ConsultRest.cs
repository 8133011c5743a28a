using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ChatServer.Tests.Support;

/// <summary>An answer of the REST door.</summary>
internal sealed record RestAnswer(HttpStatusCode Status, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public override string ToString() => $"{(int)Status} {Body}";
}

/// <summary>The consult REST as one person calls it.</summary>
internal sealed class ConsultRest(Uri server, string? token) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = server };

    public ConsultRest(Uri server, Person person)
        : this(server, person.Token)
    {
    }

    public Task<RestAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<RestAnswer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body));

    public async Task<RestAnswer> SendAsync(HttpMethod method, string path, HttpContent? body)
    {
        using var request = new HttpRequestMessage(method, $"/api/chat{path}") { Content = body };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _client.SendAsync(request);
        return new RestAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The caller's own room, which is made on the first call.</summary>
    public async Task<long> RoomAsync() => (await OkAsync(GetAsync("/rooms")))[0].GetProperty("id").GetInt64();

    /// <summary>Opens a session in the caller's own room.</summary>
    public async Task<JsonElement> StartSessionAsync(string title) =>
        await OkAsync(PostAsync($"/rooms/{await RoomAsync()}/sessions", new { title }));

    /// <summary>A room's stored messages, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> MessagesAsync(long room) =>
        [.. (await OkAsync(GetAsync($"/rooms/{room}/messages?limit=200"))).GetProperty("messages").EnumerateArray()];

    public void Dispose() => _client.Dispose();

    private static async Task<JsonElement> OkAsync(Task<RestAnswer> asked)
    {
        var answer = await asked;
        Assert.That((int)answer.Status, Is.InRange(200, 299), answer.Body);
        return answer.Json;
    }
}
