using ChatServer.Chat;
using ChatServer.Dialects.Support;
using ChatServer.Tests.Dialects.Consult;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>What becomes of bad input: the documented envelope or the error event, and nothing stored.</summary>
public sealed class SupportRefusalTests : SupportTests
{
    private static readonly Guid Nowhere = Guid.Parse("01906b5e-7d3a-7c41-9f0e-3b6a5d2c1fff");

    [Test]
    public void Every_failure_of_the_core_has_its_words() =>
        Assert.That(SupportErrors.Table.Keys, Is.EquivalentTo(Enum.GetValues<ErrorCode>()));

    [TestCase("GET", "/sessions")]
    [TestCase("POST", "/sessions")]
    [TestCase("PATCH", "/sessions/x/status")]
    public async Task Nobody_enters_without_a_token(string method, string path)
    {
        await Host.SendAsync(null, new HttpMethod(method), path, null).CheckRefusedAsync(401, "AUTH_001", "Authentication token required");
        using var client = new HttpClient { BaseAddress = Host.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "nonsense");
        await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/v1/chat{path}")).CheckRefusedAsync(401, "AUTH_002", "Invalid authentication token");
    }

    [TestCase("GET", "/nothing")]
    [TestCase("DELETE", "/sessions")]
    [TestCase("GET", "")]
    public async Task An_unknown_route_is_not_found(string method, string path) =>
        await Host.SendAsync(Customer, new HttpMethod(method), path, null).CheckRefusedAsync(404, "ROUTE_001", "Route not found");

    [TestCase("GET", "")]
    [TestCase("GET", "/messages")]
    [TestCase("POST", "/messages")]
    [TestCase("POST", "/read")]
    [TestCase("POST", "/assign")]
    [TestCase("PATCH", "/status")]
    public async Task A_session_is_named_by_a_uuid_and_one_that_is_foreign_looks_absent(string method, string rest)
    {
        var foreign = await Host.OpenAsync(Stranger, "private");
        var content = method is "GET" || rest is "/read" or "/assign" ? null : """{"content":"x","status":"closed"}""";
        var code = rest is "/assign" or "/status" ? (403, "PERM_001", rest is "/assign" ? "Only support agents can accept chats" : "Only support agents can do this") : (404, "CHAT_001", "Session not found");

        foreach (var id in new[] { "5", "not-a-uuid", $"{{{foreign}}}" })
            await SendAsync(Agent, id).CheckRefusedAsync(400, "VAL_001", "session id must be a UUID");
        foreach (var id in new[] { foreign, Nowhere })
            await SendAsync(Customer, $"{id}").CheckRefusedAsync(code.Item1, code.Item2, code.Item3);
        await SendAsync(Agent, $"{Nowhere}").CheckRefusedAsync(404, "CHAT_001", "Session not found");

        Assert.That(Host.Store.Messages, Has.Count.EqualTo(1));
        Assert.That(Host.Store.Receipts, Is.Empty);

        Task<HttpResponseMessage> SendAsync(ChatServer.Chat.Users.User user, string id) => Host.SendAsync(user, new HttpMethod(method), $"/sessions/{id}{rest}",
            content is null ? null : new StringContent(content, System.Text.Encoding.UTF8, "application/json"));
    }

    [TestCase("{}", "Subject is required")]
    [TestCase("""{"subject":"  "}""", "Subject is required")]
    [TestCase("""{"subject":5}""", "subject has the wrong type")]
    [TestCase("""{"subject":"x","category":""}""", "category is required")]
    [TestCase("""{"subject":"x","priority":"01234567890123456789012345678901234567890123456789x"}""", "priority must be at most 50 characters")]
    [TestCase("""{"subject":"x","restaurant_id":"7"}""", "restaurant_id must be a UUID")]
    [TestCase("""{"subject":"x","ticket_id":"7"}""", "ticket_id must be a UUID")]
    [TestCase("""{"subject":"x","initial_message":"  "}""", "content must not be blank")]
    [TestCase("[]", "The body is not a JSON object")]
    [TestCase("null", "The body must be an object")]
    public async Task A_bad_session_is_not_opened(string body, string message)
    {
        await Host.PostTextAsync(Customer, "/sessions", body).CheckRefusedAsync(400, "VAL_001", message);

        Assert.That(Host.Store.Conversations, Is.Empty);
    }

    [TestCase("messages", "{}", "content is required")]
    [TestCase("messages", """{"content":" \u0000 "}""", "content must not be blank")]
    [TestCase("messages", """{"content":{}}""", "content has the wrong type")]
    [TestCase("messages", """{"content":"x","message_type":"system"}""", "message_type must be text, image or file")]
    [TestCase("read", """{"message_ids":["5"]}""", "message_ids must be a UUID")]
    [TestCase("read", """{"message_ids":[5]}""", "message_ids[0] has the wrong type")]
    [TestCase("read", """{"message_ids":"x"}""", "message_ids has the wrong type")]
    [TestCase("read", "x", "The body is not a JSON object")]
    public async Task Bad_words_are_not_stored(string call, string body, string message)
    {
        var session = await Host.OpenAsync(Customer);
        await Host.PostTextAsync(Customer, $"/sessions/{session}/{call}", body).CheckRefusedAsync(400, "VAL_001", message);

        Assert.That(Host.Store.Messages, Is.Empty);
    }

    [TestCase("{}", "Status is required")]
    [TestCase("""{"status":"open"}""", "Status must be waiting, active, resolved or closed")]
    [TestCase("""{"status":"Closed"}""", "Status must be waiting, active, resolved or closed")]
    [TestCase("""{"status":1}""", "status has the wrong type")]
    public async Task An_unknown_status_is_not_set(string body, string message)
    {
        var session = await Host.OpenAsync(Customer);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await Host.SendAsync(Agent, HttpMethod.Patch, $"/sessions/{session}/status", content).CheckRefusedAsync(400, "VAL_001", message);

        Assert.That((await Host.GetAsync(Agent, $"/sessions/{session}").DataAsync()).GetProperty("status").GetString(), Is.EqualTo("waiting"));
    }

    [TestCase("limit=x", "A number is expected")]
    [TestCase("offset=1.5", "A number is expected")]
    [TestCase("order=up", "order must be asc or desc")]
    [TestCase("before=7", "before must be a UUID")]
    [TestCase("before=01906b5e-7d3a-7c41-9f0e-3b6a5d2c1fff", "before is no message of this session")]
    public async Task A_bad_query_is_refused(string query, string message) =>
        await Host.GetAsync(Customer, $"/sessions/{await Host.OpenAsync(Customer)}/messages?{query}").CheckRefusedAsync(400, "VAL_001", message);

    [Test]
    public async Task Too_much_and_too_fast_is_refused()
    {
        var session = await Host.OpenAsync(Customer);
        await Host.PostTextAsync(Customer, $"/sessions/{session}/messages", "x", "text/plain").CheckRefusedAsync(415, "VAL_001", "Content-Type must be application/json");
        await Host.PostAsync(Customer, $"/sessions/{session}/messages", new { content = new string('x', 2_000_000) }).CheckRefusedAsync(413, "VAL_001", "Payload Too Large");
        await Host.PostAsync(Customer, $"/sessions/{session}/read", new { message_ids = Enumerable.Repeat(Nowhere, 1001) })
            .CheckRefusedAsync(400, "VAL_001", "At most 1000 messages can be marked at once");
        for (var i = 1; i < SupportHost.Burst; i++)
            await Host.PostAsync(Customer, $"/sessions/{session}/messages", new { content = "x" }).DataAsync(201);

        await Host.PostAsync(Customer, "/sessions", new { subject = "x" }).CheckRefusedAsync(429, "RATE_001", "Too many messages, slow down");
        var socket = await Host.ConnectAsync(Customer);
        await socket.EmitAsync("send_message", new { session_id = session, content = "x" });
        Assert.That((await socket.WaitForAsync("error")).GetProperty("code").GetString(), Is.EqualTo("RATE_LIMITED"));
    }

    [TestCase("nonsense", "{}", "invalid", "Unknown event")]
    [TestCase("join_session", "5", "invalid", "The payload must be an object")]
    [TestCase("join_session", "{}", "invalid", "session_id is required")]
    [TestCase("join_session", """{"session_id":5}""", "invalid", "session_id has the wrong type")]
    [TestCase("join_session", """{"session_id":"5"}""", "invalid", "session_id must be a UUID")]
    [TestCase("join_session", """{"session_id":"FOREIGN"}""", "not_found", "Session not found")]
    [TestCase("send_message", """{"session_id":"FOREIGN","content":"x"}""", "not_found", "Session not found")]
    [TestCase("send_message", """{"session_id":"OWN"}""", "invalid", "content is required")]
    [TestCase("send_message", """{"session_id":"OWN","content":"x","message_type":"system"}""", "invalid", "message_type must be text, image or file")]
    [TestCase("typing", """{"session_id":"FOREIGN"}""", "not_found", "Session not found")]
    [TestCase("stop_typing", """{"session_id":"FOREIGN"}""", "not_found", "Session not found")]
    [TestCase("mark_as_read", """{"session_id":"FOREIGN"}""", "not_found", "Session not found")]
    [TestCase("mark_as_read", """{"session_id":"OWN","message_ids":["5"]}""", "invalid", "message_ids must be a UUID")]
    [TestCase("accept_chat", """{"session_id":"OWN"}""", "forbidden", "Only support agents can accept chats")]
    [TestCase("close_chat", """{"session_id":"FOREIGN"}""", "not_found", "Session not found")]
    [TestCase("leave_session", """{"session_id":"FOREIGN"}""", "not_found", "Session not found")]
    public async Task A_bad_event_is_answered_twice_and_the_socket_lives_on(string name, string argument, string code, string message)
    {
        var (own, foreign) = (await Host.OpenAsync(Customer), await Host.OpenAsync(Stranger));
        argument = argument.Replace("OWN", $"{own}", StringComparison.Ordinal).Replace("FOREIGN", $"{foreign}", StringComparison.Ordinal);
        var socket = await Host.ConnectAsync(Customer);

        var answer = await socket.CallRawAsync($"[\"{name}\",{argument}]");

        Wire.CheckJson(answer.GetRawText(), $$"""{"ok":false,"error":{"code":"{{code}}","message":"{{message}}"} }""");
        Wire.CheckJson((await socket.WaitForAsync("error")).GetRawText(), $$"""{"message":"{{message}}","code":"{{code}}","event":"{{name}}"}""");
        Assert.That((await socket.CallAsync("join_session", new { session_id = own })).GetProperty("ok").GetBoolean(), Is.True);
        Assert.That(Host.Store.Messages, Is.Empty);
    }

    [Test]
    public async Task A_store_that_is_away_is_told_with_a_time_to_come_back()
    {
        Host.Store.Failure = new UnavailableException(ChatError.DbUnavailable);
        await Host.GetAsync(Customer, "/sessions").CheckRefusedAsync(503, "DB_001", ChatError.DbUnavailable.Message);
        Host.Store.Failure = new InvalidCastException("secret");
        await Host.GetAsync(Customer, "/sessions").CheckRefusedAsync(500, "SYS_001", "Internal server error");
        Host.Store.Failure = null;
    }
}
