using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>Bad input by REST: the status it deserves in the shape NestJS gives it, never a 500, and nothing stored.</summary>
public sealed class RestBadInputTests
{
    private ConsultParty _customer = null!;
    private ConsultParty _other = null!;
    private long _room;
    private long _foreign;

    [SetUp]
    public async Task Bring_two_customers()
    {
        (_customer, _other) = (ConsultServer.Party(Person.Customer()), ConsultServer.Party(Person.Customer()));
        (_room, _foreign) = (await _customer.Rest.RoomAsync(), await _other.Rest.RoomAsync());
    }

    [TearDown]
    public async Task Let_them_go()
    {
        await _customer.DisposeAsync();
        await _other.DisposeAsync();
    }

    [TestCase("chào")]
    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"title\"")]
    [TestCase("{}")]
    [TestCase("""{"title":null}""")]
    [TestCase("""{"title":5}""")]
    [TestCase("""{"title":["a"]}""")]
    [TestCase("""{"title":"  "}""")]
    [TestCase("""{"title":"\u0000"}""")]
    [TestCase("""{"title":"\ud800"}""")]
    [TestCase("""{"title":"LONG"}""")]
    public async Task A_body_that_opens_no_session_is_a_400(string body)
    {
        var answer = await PostAsync(body.Replace("LONG", new string('x', 201), StringComparison.Ordinal), "application/json");

        AssertNest(answer, HttpStatusCode.BadRequest);
        Assert.That((await _customer.Rest.GetAsync("/sessions/my-sessions")).Json.GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_body_of_two_million_bytes_is_a_413() =>
        AssertNest(await PostAsync($$"""{"title":"{{new string('x', 2_000_000)}}"}""", "application/json"), HttpStatusCode.RequestEntityTooLarge);

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task A_body_of_another_type_is_a_400_or_415(string type)
    {
        var answer = await PostAsync("""{"title":"Tư vấn"}""", type);

        AssertNest(answer, answer.Status);
        Assert.That(answer.Status, Is.AnyOf(HttpStatusCode.BadRequest, HttpStatusCode.UnsupportedMediaType));
    }

    [TestCase("GET", "/rooms/abc")]
    [TestCase("GET", "/rooms/1.5")]
    [TestCase("GET", "/rooms/9223372036854775808")]
    [TestCase("GET", "/rooms/99999999999999999999999/messages")]
    [TestCase("POST", "/rooms/9223372036854775808/sessions")]
    [TestCase("GET", "/sessions/9223372036854775808")]
    [TestCase("PATCH", "/messages/9223372036854775808/read")]
    public async Task An_id_that_is_none_is_a_400_or_404(string method, string path)
    {
        var answer = await _customer.Rest.SendAsync(new HttpMethod(method), path, Json("""{"title":"Tư vấn"}"""));

        AssertNest(answer, answer.Status);
        Assert.That(answer.Status, Is.AnyOf(HttpStatusCode.BadRequest, HttpStatusCode.NotFound));
    }

    [TestCase("GET", "/rooms/FOREIGN")]
    [TestCase("GET", "/rooms/FOREIGN/messages")]
    [TestCase("GET", "/rooms/FOREIGN/history")]
    [TestCase("POST", "/rooms/FOREIGN/sessions")]
    [TestCase("PATCH", "/rooms/FOREIGN/read-all")]
    [TestCase("GET", "/rooms/9223372036854775807")]
    [TestCase("GET", "/sessions/9223372036854775807")]
    public async Task What_is_not_ones_own_is_a_404_whether_it_exists_or_not(string method, string path)
    {
        var answer = await _customer.Rest.SendAsync(
            new HttpMethod(method), path.Replace("FOREIGN", $"{_foreign}", StringComparison.Ordinal), Json("""{"title":"Tư vấn"}"""));

        AssertNest(answer, HttpStatusCode.NotFound);
        Assert.That((await _other.Rest.GetAsync("/sessions/my-sessions")).Json.GetArrayLength(), Is.Zero);
    }

    [TestCase("GET", "/sessions/unassigned")]
    [TestCase("GET", "/sessions/in-progress")]
    [TestCase("GET", "/rooms/unassigned")]
    [TestCase("GET", "/rooms/assigned")]
    [TestCase("POST", "/sessions/SESSION/join")]
    [TestCase("POST", "/sessions/SESSION/end")]
    public async Task A_customer_on_a_staff_route_is_a_403(string method, string path)
    {
        var session = (await _customer.Rest.StartSessionAsync("Tư vấn")).GetProperty("id");

        var answer = await _customer.Rest.SendAsync(new HttpMethod(method), path.Replace("SESSION", $"{session}", StringComparison.Ordinal), null);

        AssertNest(answer, HttpStatusCode.Forbidden);
        Assert.That((await _customer.Rest.GetAsync($"/sessions/{session}")).Json.GetProperty("status").GetString(), Is.EqualTo("OPEN"));
    }

    [TestCase("?page=abc")]
    [TestCase("?page=-1&limit=0")]
    [TestCase("?page=9223372036854775808&limit=99999999999")]
    [TestCase("?page=2147483647&limit=200")]
    [TestCase("?limit=%00")]
    public async Task A_strange_page_is_clamped_or_refused_and_never_a_500(string query)
    {
        var answer = await _customer.Rest.GetAsync($"/rooms/{_room}/messages{query}");

        Assert.That((int)answer.Status, Is.AnyOf(200, 400), answer.Body);
    }

    [TestCaseSource(typeof(BadTokens), nameof(BadTokens.All))]
    public async Task A_bad_token_is_a_401(string token)
    {
        using var rest = new ConsultRest(ConsultServer.Current.Consult, token);

        var answer = await rest.GetAsync("/rooms");

        AssertNest(answer, HttpStatusCode.Unauthorized);
        Assert.That(answer.Json.GetProperty("message").GetString(), Is.EqualTo("Unauthorized"));
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private Task<RestAnswer> PostAsync(string body, string type) => _customer.Rest.SendAsync(
        HttpMethod.Post, $"/rooms/{_room}/sessions", new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)));

    /// <summary><c>{statusCode, message, error}</c>, the last of them optional in a 401 (contracts S1-20).</summary>
    private static void AssertNest(RestAnswer answer, HttpStatusCode status)
    {
        Assert.That(answer.Status, Is.EqualTo(status), $"{answer}");
        var body = answer.Json;
        Assert.That(body.GetProperty("statusCode").GetInt32(), Is.EqualTo((int)status));
        Assert.That(body.GetProperty("message").GetString(), Is.Not.Empty);
        if (body.TryGetProperty("error", out var error))
            Assert.That(error.ValueKind, Is.EqualTo(JsonValueKind.String));
    }
}
