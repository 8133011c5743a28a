using System.Text.Json;
using ChatServer.Tests.Dialects.Consult;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>Every documented call, as the document shows it.</summary>
public sealed class SupportApiTests : SupportTests
{
    [Test]
    public async Task A_session_is_created_with_what_was_asked_and_the_usual_for_the_rest()
    {
        var restaurant = Guid.NewGuid();
        var full = await Host.PostAsync(Customer, "/sessions", new
        {
            subject = "Need help with order",
            category = "order_issue",
            priority = "high",
            restaurant_id = restaurant,
            initial_message = "My order is delayed",
        }).DataAsync(201);
        Assert.That(Words(full, "subject", "category", "priority", "status"), Is.EqualTo(["Need help with order", "order_issue", "high", "waiting"]));
        Assert.That(full.GetProperty("restaurant_id").GetGuid(), Is.EqualTo(restaurant));
        Assert.That(full.GetProperty("last_message").GetProperty("content").GetString(), Is.EqualTo("My order is delayed"));

        var bare = await Host.PostAsync(Customer, "/sessions", new { subject = "Help", initial_message = "" }).DataAsync(201);
        Assert.That(Words(bare, "category", "priority"), Is.EqualTo(["general", "medium"]));
        Assert.That(bare.TryGetProperty("last_message", out _), Is.False);
    }

    [Test]
    public async Task A_request_with_a_key_opens_one_session_however_often_it_is_sent()
    {
        var first = await Host.PostAsync(Customer, "/sessions", new { subject = "Help", initial_message = "hi" }, key: "k").DataAsync(201);
        var again = await Host.PostAsync(Customer, "/sessions", new { subject = "Help", initial_message = "hi" }, key: "k").DataAsync(200);

        Assert.That(again.GetProperty("id").GetGuid(), Is.EqualTo(first.GetProperty("id").GetGuid()));
        Assert.That(Host.Store.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Lists_show_customers_their_own_and_agents_what_waits_and_what_is_theirs()
    {
        var (waiting, mine, others, foreign) = (await Host.OpenAsync(Customer), await Host.OpenAsync(Customer, "hi"), await Host.OpenAsync(Customer), await Host.OpenAsync(Stranger));
        await Host.PostAsync(Agent, $"/sessions/{mine}/assign").DataAsync();
        await Host.PostAsync(Other, $"/sessions/{others}/assign").DataAsync();

        Assert.That(await IdsAsync("/sessions", Customer), Is.EquivalentTo([waiting, mine, others]));
        Assert.That(await IdsAsync("/sessions/my", Customer), Is.EquivalentTo([waiting, mine, others]));
        Assert.That(await IdsAsync("/sessions", Agent), Is.EquivalentTo([waiting, mine, foreign]));
        Assert.That(await IdsAsync("/sessions/my", Agent), Is.EqualTo([mine]));
        Assert.That(await IdsAsync("/sessions", Admin), Is.EquivalentTo([waiting, foreign]));
        var shown = (await Host.GetAsync(Agent, "/sessions").DataAsync()).EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == mine);
        Assert.That(shown.GetProperty("unread_count").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task One_session_has_its_unread_count_and_its_newest_message()
    {
        var session = await Host.OpenAsync(Customer, "hi");

        var shown = await Host.GetAsync(Agent, $"/sessions/{session}").DataAsync();
        Assert.That(shown.GetProperty("unread_count").GetInt64(), Is.EqualTo(1));
        Assert.That(shown.GetProperty("last_message").GetProperty("content").GetString(), Is.EqualTo("hi"));
    }

    [TestCase("", "5,4,3,2,1", 50, 0, 5, false)]
    [TestCase("?limit=2", "5,4", 2, 0, 5, true)]
    [TestCase("?limit=2&offset=4", "1", 2, 4, 5, false)]
    [TestCase("?offset=9", "", 50, 9, 5, false)]
    [TestCase("?order=asc&limit=2&offset=1", "2,3", 2, 1, 5, true)]
    [TestCase("?order=desc&limit=1000&offset=-3", "5,4,3,2,1", 200, 0, 5, false)]
    [TestCase("?before=@3", "2,1", 50, 0, 2, false)]
    [TestCase("?before=@3&order=asc&limit=1", "1", 1, 0, 2, true)]
    [TestCase("?before=@1", "", 50, 0, 0, false)]
    public async Task Messages_come_newest_first_or_as_they_are_asked_for(string query, string expected, int limit, long offset, long total, bool hasMore)
    {
        var session = await Host.OpenAsync(Customer);
        for (var n = 1; n <= 5; n++)
            await Host.PostAsync(Customer, $"/sessions/{session}/messages", new { content = $"{n}" }).DataAsync(201);
        foreach (var (message, _) in Host.Store.Messages)
            query = query.Replace($"@{message.Content}", $"{message.Uid}", StringComparison.Ordinal);

        var page = await Host.GetAsync(Agent, $"/sessions/{session}/messages{query}").JsonAsync(200);

        Assert.That(string.Join(',', page.GetProperty("data").EnumerateArray().Select(message => message.GetProperty("content").GetString())), Is.EqualTo(expected));
        Wire.CheckJson(page.GetProperty("pagination").GetRawText(),
            $$"""{"limit":{{limit}},"offset":{{offset}},"total":{{total}},"has_more":{{(hasMore ? "true" : "false")}}}""");
    }

    [Test]
    public async Task A_message_by_rest_is_heard_by_sockets_and_its_key_makes_a_repeat_harmless()
    {
        var session = await Host.OpenAsync(Customer);
        var (customer, agent) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Agent, session));

        var first = await Host.PostAsync(Customer, $"/sessions/{session}/messages", new { content = "hi", message_type = "image", temp_id = "t" }).DataAsync(201);
        var again = await Host.PostAsync(Customer, $"/sessions/{session}/messages", new { content = "hi", message_type = "image" }, key: "t").DataAsync(201);

        Assert.That(again.GetProperty("id").GetGuid(), Is.EqualTo(first.GetProperty("id").GetGuid()));
        Wire.CheckJson(first.GetRawText(), $$"""
            {"id":"{{first.GetProperty("id")}}","session_id":"{{session}}","sender_id":"{{Customer.Uid}}","sender_role":"customer","sender_name":"Nguyen Van A",
             "message_type":"image","content":"hi","is_system_message":false,"created_at":"{{first.GetProperty("created_at")}}",
             "updated_at":"{{first.GetProperty("created_at")}}","attachments":[],"read_by":[],"seq":1}
            """);
        Assert.That((await agent.WaitForAsync("new_message")).GetProperty("message").GetProperty("id").GetGuid(), Is.EqualTo(first.GetProperty("id").GetGuid()));
        Assert.That((await customer.WaitForAsync("new_message")).GetProperty("message").GetProperty("temp_id").GetString(), Is.EqualTo("t"));
        await agent.FenceAsync();
        Assert.That(agent.Seen("new_message"), Has.Count.EqualTo(1));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("{}")]
    [TestCase("""{"message_ids":null}""")]
    public async Task Reading_over_rest_needs_no_body_and_is_told_as_over_the_socket(string? body)
    {
        var session = await Host.OpenAsync(Customer, "hi");
        var customer = await Host.JoinAsync(Customer, session);

        var answer = await (body is null ? Host.PostAsync(Agent, $"/sessions/{session}/read") : Host.PostTextAsync(Agent, $"/sessions/{session}/read", body)).JsonAsync(200);

        Wire.CheckJson(answer.GetRawText(), """{"success":true,"message":"Messages marked as read"}""");
        Wire.CheckJson((await customer.WaitForAsync("messages_read")).GetRawText(), $$"""{"session_id":"{{session}}","user_id":"{{Agent.Uid}}"}""");
        var readBy = (await Host.GetAsync(Customer, $"/sessions/{session}/messages").DataAsync())[0].GetProperty("read_by");
        Assert.That(readBy.EnumerateArray().Select(one => one.GetProperty("user_id").GetGuid()), Is.EqualTo([Agent.Uid]));
    }

    [Test]
    public async Task The_description_holds_every_documented_call()
    {
        var paths = (await Host.SendAsync(null, HttpMethod.Get, "//openapi/support.json", null).JsonAsync(200)).GetProperty("paths");
        var calls = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}"));

        Assert.That(calls, Is.EquivalentTo([
            "post /api/v1/chat/sessions", "get /api/v1/chat/sessions", "get /api/v1/chat/sessions/my", "get /api/v1/chat/sessions/{sessionId}",
            "get /api/v1/chat/sessions/{sessionId}/messages", "post /api/v1/chat/sessions/{sessionId}/messages", "post /api/v1/chat/sessions/{sessionId}/read",
            "post /api/v1/chat/sessions/{sessionId}/assign", "patch /api/v1/chat/sessions/{sessionId}/status", "post /api/v1/chat/upload"]));
        foreach (var path in new[] { "/api/v1/chat/sessions/{sessionId}/messages", "/api/v1/chat/upload" })
        {
            var form = paths.GetProperty(path).GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data");
            Assert.That(form.GetProperty("schema").GetProperty("properties").GetProperty("attachments").GetProperty("items").GetProperty("format").GetString(), Is.EqualTo("binary"));
        }
    }

    private static IEnumerable<string?> Words(JsonElement json, params string[] names) => names.Select(name => json.GetProperty(name).GetString());

    private async Task<Guid[]> IdsAsync(string path, ChatServer.Chat.Users.User user) =>
        [.. (await Host.GetAsync(user, path).DataAsync()).EnumerateArray().Select(one => one.GetProperty("id").GetGuid())];
}
