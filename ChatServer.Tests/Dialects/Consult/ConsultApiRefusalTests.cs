using System.Net.Http.Headers;
using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Dialects.Consult;

/// <summary>Bad input over REST: each mistake has its own answer, and nothing is stored.</summary>
public sealed class ConsultApiRefusalTests
{
    private ConsultHost _host = null!;
    private User _customer = null!;
    private User _stranger = null!;
    private User _staff = null!;
    private int _allowed;

    [SetUp]
    public async Task SetUp()
    {
        _allowed = 0;
        _host = await ConsultHost.StartAsync();
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _stranger = _host.Store.AddUser(Role.Customer, "customer2");
        _staff = _host.Store.AddUser(Role.Staff, "staff1");
        _host.Store.AddRoom(_customer);
    }

    [TearDown]
    public async Task TearDown()
    {
        var stored = _host.Store.Messages.Count;
        await _host.DisposeAsync();
        Assert.That(stored, Is.EqualTo(_allowed));
    }

    [TestCase("/api/chat/rooms")]
    [TestCase("/chat/sessions/unassigned")]
    [TestCase("/chat/rooms/abc")]
    public async Task Without_a_token_nothing_is_served(string path)
    {
        await _host.GetAsync(null, path).CheckRefusedAsync(401, "Unauthorized", null);

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _host.Token(_customer) + "x");
        await _host.Client.SendAsync(request).CheckRefusedAsync(401, "Unauthorized", null);
    }

    [Test]
    public async Task An_expired_token_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/chat/rooms");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _host.Token(_customer, TimeSpan.FromMinutes(-10)));

        await _host.Client.SendAsync(request).CheckRefusedAsync(401, "Unauthorized", null);
    }

    [Test]
    public async Task A_token_is_asked_for_before_the_body_is_read() =>
        await _host.PostTextAsync(null, "/chat/rooms/1/sessions", "{ not json").CheckRefusedAsync(401, "Unauthorized", null);

    [TestCase("GET", "/chat/sessions/unassigned")]
    [TestCase("GET", "/chat/sessions/in-progress")]
    [TestCase("GET", "/chat/rooms/unassigned")]
    [TestCase("GET", "/chat/rooms/assigned")]
    [TestCase("POST", "/chat/sessions/1/join")]
    [TestCase("POST", "/chat/sessions/1/end")]
    public async Task A_customer_is_kept_from_what_is_for_staff(string method, string path) =>
        await _host.SendAsync(_customer, new HttpMethod(method), path, null).CheckRefusedAsync(403, "Only staff may do this", "Forbidden");

    [TestCase("/chat/rooms/abc")]
    [TestCase("/chat/rooms/1.5")]
    [TestCase("/chat/rooms/9223372036854775808")]
    [TestCase("/chat/rooms/99999999999999999999999999/messages")]
    [TestCase("/chat/sessions/x")]
    [TestCase("/chat/rooms/1/messages?page=x")]
    [TestCase("/chat/rooms/1/messages?limit=99999999999")]
    public async Task Numbers_that_are_none_are_refused(string path) =>
        await _host.GetAsync(_customer, path).CheckRefusedAsync(400, "Validation failed (numeric string is expected)", "Bad Request");

    [TestCase("/chat/rooms/99", "Room not found")]
    [TestCase("/chat/rooms/-1", "Room not found")]
    [TestCase("/chat/rooms/9223372036854775807/messages", "Room not found")]
    [TestCase("/chat/sessions/99", "Session not found")]
    [TestCase("/chat/nothing/here", "Cannot GET /chat/nothing/here")]
    [TestCase("/api/chat", "Cannot GET /api/chat")]
    public async Task What_is_not_there_is_not_found(string path, string message) =>
        await _host.GetAsync(_customer, path).CheckRefusedAsync(404, message, "Not Found");

    [Test]
    public async Task A_known_route_by_another_method_is_not_found_as_in_Nest() =>
        await _host.SendAsync(_customer, HttpMethod.Delete, "/chat/rooms", null).CheckRefusedAsync(404, "Cannot DELETE /chat/rooms", "Not Found");

    [Test]
    public async Task A_strangers_room_looks_absent()
    {
        await _host.GetAsync(_stranger, "/chat/rooms/1").CheckRefusedAsync(404, "Room not found", "Not Found");
        await _host.GetAsync(_stranger, "/chat/rooms/1/messages").CheckRefusedAsync(404, "Room not found", "Not Found");
        await _host.PostAsync(_stranger, "/chat/rooms/1/messages", new { content = "x" }).CheckRefusedAsync(404, "Room not found", "Not Found");
        await _host.PostAsync(_stranger, "/chat/rooms/1/sessions", new { title = "x" }).CheckRefusedAsync(404, "Room not found", "Not Found");
        await _host.PatchAsync(_stranger, "/chat/rooms/1/read-all").CheckRefusedAsync(404, "Room not found", "Not Found");
    }

    [TestCase("{ not json", "The body is not a JSON object")]
    [TestCase("", "The body is not a JSON object")]
    [TestCase("[]", "The body is not a JSON object")]
    [TestCase("null", "The body must be an object")]
    [TestCase("{}", "title is required")]
    [TestCase("""{"title":null}""", "title is required")]
    [TestCase("""{"title":5}""", "title has the wrong type")]
    [TestCase("""{"title":"  \u0000 "}""", "title must be 1 to 200 characters")]
    [TestCase("""{"title":"\ud83d"}""", "title has the wrong type")]
    public async Task A_bad_title_is_refused(string body, string message)
    {
        await _host.PostTextAsync(_customer, "/chat/rooms/1/sessions", body).CheckRefusedAsync(400, message, "Bad Request");

        Assert.That(_host.Store.Consultations, Is.Empty);
    }

    [Test]
    public async Task Too_much_is_refused()
    {
        await _host.PostAsync(_customer, "/chat/rooms/1/sessions", new { title = new string('x', 201) })
            .CheckRefusedAsync(400, "title must be 1 to 200 characters", "Bad Request");
        await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = new string('x', 10_001) })
            .CheckRefusedAsync(400, "content must be at most 10000 characters", "Bad Request");
        await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = "x", temp_id = new string('x', 129) })
            .CheckRefusedAsync(400, "The client key must be at most 128 characters, without control characters", "Bad Request");
    }

    [Test]
    public async Task A_body_over_the_limit_is_413()
    {
        await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = new string('x', 2_000_000) })
            .CheckRefusedAsync(413, "request entity too large", "Payload Too Large");
        using var chunked = new StreamContent(new MemoryStream(new byte[1_500_000]));
        chunked.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        chunked.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat/rooms/1/messages") { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _host.Token(_customer));
        using var response = await _host.Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.AnyOf(400, 413));
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task Another_content_type_is_415(string type) =>
        await _host.PostTextAsync(_customer, "/chat/rooms/1/messages", """{"content":"x"}""", type)
            .CheckRefusedAsync(415, "Content-Type must be application/json", "Unsupported Media Type");

    [Test]
    public async Task A_closed_room_takes_nothing()
    {
        var owner = _host.Store.AddUser(Role.Customer, "customer3");
        var closed = _host.Store.AddRoom(owner, isClosed: true);

        await _host.PostAsync(owner, $"/chat/rooms/{closed.Id.Value}/messages", new { content = "x" })
            .CheckRefusedAsync(409, "This room is closed", "Conflict");
    }

    [Test]
    public async Task Ending_is_for_the_holder()
    {
        _host.Store.Consultations[new(1)] = new Consultation(
            new(1), new(1), _customer.Id, _host.Store.AddUser(Role.Staff, "holder").Id, "t", ConsultationStatus.InProgress, DateTimeOffset.UnixEpoch, null);

        await _host.PostAsync(_staff, "/chat/sessions/1/end").CheckRefusedAsync(403, "This session is not yours", "Forbidden");
        Assert.That(_host.Store.Consultations[new(1)].Status, Is.EqualTo(ConsultationStatus.InProgress));
    }

    [Test]
    public async Task A_store_that_is_away_is_503_with_a_time_to_come_back()
    {
        _host.Store.Failure = new UnavailableException(ChatError.DbUnavailable);

        using var response = await _host.GetAsync(_customer, "/chat/rooms");
        Assert.That((int)response.StatusCode, Is.EqualTo(503));
        Assert.That(response.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        await _host.GetAsync(_customer, "/chat/rooms").CheckRefusedAsync(503, ChatError.DbUnavailable.Message, "Service Unavailable");
        _host.Store.Failure = null;
    }

    [Test]
    public async Task Whoever_speaks_too_fast_is_told_when_to_come_back()
    {
        for (_allowed = 0; _allowed < ConsultHost.Burst; _allowed++)
            await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = "x" }).JsonAsync(201);

        using var response = await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = "x" });
        Assert.That((int)response.StatusCode, Is.EqualTo(429));
        Assert.That(response.Headers.RetryAfter?.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(await response.Content.ReadAsStringAsync(),
            Is.EqualTo("""{"statusCode":429,"message":"Too many messages, slow down","error":"Too Many Requests"}"""));
        await _host.GetAsync(_customer, "/chat/rooms").JsonAsync(200);
    }

    [Test]
    public async Task No_answer_may_be_kept_or_taken_for_a_page()
    {
        using var response = await _host.GetAsync(_customer, "/chat/rooms");

        Assert.That(response.Headers.CacheControl?.NoStore, Is.True);
        Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(["nosniff"]));
    }

    [Test]
    public async Task A_fault_of_ours_is_told_without_details()
    {
        _host.Store.Failure = new InvalidCastException("secret");

        await _host.GetAsync(_customer, "/chat/rooms").CheckRefusedAsync(500, "Internal server error", null);
        _host.Store.Failure = null;
    }
}
