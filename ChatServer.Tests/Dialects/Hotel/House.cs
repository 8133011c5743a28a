using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>A hotel of one test alone: departments, people, guests with and without a stay.</summary>
internal sealed class House : IDisposable
{
    private static long _last = 10_000;
    private readonly HttpClient _http;
    private readonly ServerProcess _server;

    private House(ServerProcess server, long id)
    {
        (_server, Id) = (server, id);
        _http = new HttpClient { BaseAddress = server.Hotel };
    }

    public long Id { get; }

    /// <summary>Members of the reception; the second is in housekeeping too.</summary>
    public long Anna => Id + 1;

    public long Ben => Id + 2;

    /// <summary>A member of housekeeping alone.</summary>
    public long Cleo => Id + 3;

    /// <summary>In the house now.</summary>
    public string Guest => Number(1);

    /// <summary>Has not arrived yet.</summary>
    public string Expected => Number(2);

    /// <summary>Has checked out.</summary>
    public string Departed => Number(3);

    /// <summary>Never stayed.</summary>
    public string Stranger => Number(4);

    public Uri Address => _server.Hotel;

    public static async Task<House> OpenAsync(ServerProcess? server = null)
    {
        var house = new House(server ?? HotelServer.Current, Interlocked.Add(ref _last, 10));
        await house.PutAsync(new
        {
            users = ((long[])[house.Anna, house.Ben, house.Cleo]).Select((id, i) => new { id, role = "staff", userName = $"staff{id}", fullName = ((string[])["Anna Arndt", "Ben Bauer", "Cleo Clausen"])[i] }),
            hotels = new[] { new { id = house.Id, name = $"Grand Hotel {house.Id}" } },
            departments = ((string[])["Reception", "Housekeeping", "Room Service", "Restaurant", "Management"]).Select((name, i) => new { id = house.Id + i, hotelId = house.Id, name }),
            members = new[] { house.Member(0, house.Anna), house.Member(0, house.Ben), house.Member(1, house.Ben), house.Member(1, house.Cleo), house.Member(4, house.Anna) },
            guests = Enumerable.Range(1, 4).Select(i => new { id = house.Id + i, fullName = ((string[])["John Doe", "Sofia Rossi", "Amina Yusuf", "Nobody"])[i - 1], whatsappNumber = house.Number(i) }),
            stays = ((string[])["active", "pending", "completed"]).Select((status, i) => new { id = house.Id + i, guestId = house.Id + i + 1, hotelId = house.Id, roomNumber = $"{101 + i}", status }),
        });
        return house;
    }

    /// <summary>Brings changes of the directory in.</summary>
    public async Task PutAsync(object document)
    {
        using var operators = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(_server.Admin, "/admin/directory")) { Content = JsonContent.Create(document) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Sign(new Dictionary<string, object> { ["sub"] = "ops", ["role"] = "admin" }, TimeSpan.FromHours(1)));
        using var response = await operators.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(200), await response.Content.ReadAsStringAsync());
    }

    /// <param name="department">Counted from the reception.</param>
    public object Member(int department, long user, bool remove = false) => new { departmentId = Id + department, userId = user, remove };

    public static string Token(long user, string type = "access", TimeSpan? lifetime = null) => Tokens.Sign(
        new Dictionary<string, object> { ["user_id"] = user.ToString(CultureInfo.InvariantCulture), ["token_type"] = type, ["jti"] = "x" }, lifetime ?? TimeSpan.FromHours(1));

    public Task<HotelSocket> StaffAsync(long user, string department = "reception", string query = "") =>
        HotelSocket.ConnectAsync(Address, $"/ws/chat/{(department.Length > 0 ? department + "/" : "")}?token={Token(user)}{query}");

    public Task<HotelSocket> DashboardAsync(long user, string query = "") => StaffAsync(user, "", query);

    public Task<HotelSocket> GuestAsync(string? number = null, string query = "") => HotelSocket.ConnectAsync(Address, $"/ws/guest/{number ?? Guest}/{query}");

    /// <summary>A call over REST; without a user, without a token.</summary>
    public async Task<Answer> CallAsync(string method, string path, object? body = null, long? user = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/chat/{path}");
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        if (user is { } id)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(id));
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text.StartsWith('{') || text.StartsWith('[') ? JsonElement.Parse(text) : default, response.Headers.RetryAfter?.ToString());
    }

    public Task<Answer> HookAsync(object body, params (string Name, string Value)[] headers) => CallAsync("POST", "guest-webhook/", body, headers: headers);

    /// <summary>What a guest writes to a department arrives.</summary>
    public async Task<Answer> WriteAsync(string message, string department = "Reception", string? number = null, string? id = null)
    {
        var answer = await HookAsync(new { whatsapp_number = number ?? Guest, message, department, message_id = id });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Body.ToString());
        return answer;
    }

    public void Dispose() => _http.Dispose();

    private string Number(int guest) => $"+99{Id}{guest:000}";
}

/// <summary>What a call was answered.</summary>
internal sealed record Answer(int Status, JsonElement Body, string? RetryAfter)
{
    public long Long(string name) => Body.GetProperty(name).GetInt64();

    public string? Text(string name) => Body.GetProperty(name).GetString();

    public string? Error => Body.TryGetProperty("error", out var error) ? error.GetString() : Body.GetProperty("detail").GetString();
}
