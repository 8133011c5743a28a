using System.Text.Json;

namespace ChatServer.Tests.Dialects.Midimo.Web;

/// <summary>The REST of threads on the real server, as a web page calls it (contracts S2-16).</summary>
public sealed class ThreadsApiTests
{
    private WebParty _customer = null!;
    private WebParty _agent = null!;

    [SetUp]
    public void SetUp() => (_customer, _agent) = (WebParty.User("customer"), WebParty.User("agent"));

    [TearDown]
    public void TearDown()
    {
        _customer.Dispose();
        _agent.Dispose();
    }

    [Test]
    public async Task A_thread_is_opened_listed_and_shown_with_what_is_unread()
    {
        await WebParty.OkAsync(_agent.GetAsync());
        var made = await _customer.PostAsync("", new { title = "Đơn hàng", participants = new[] { _agent.Name }, metadata = new { order_id = "order_456" } });
        Assert.That((int)made.Status, Is.EqualTo(201), made.Body);
        var id = made.Json.GetProperty("id").GetString();
        Assert.That(made.Json.GetProperty("participants").ToString(), Is.EqualTo($"""["{_customer.Name}","{_agent.Name}"]"""));
        Assert.That((made.Json.GetProperty("title").GetString(), made.Json.GetProperty("kind").GetString(), made.Json.GetProperty("metadata").GetProperty("order_id").GetString()),
            Is.EqualTo(("Đơn hàng", "thread", "order_456")));
        Assert.That(made.Body, Does.Contain("Đơn hàng"), "text as it is, not as escapes");
        await SayAsync(_customer, id, "one");
        var said = await SayAsync(_customer, id, "two");

        var list = await WebParty.OkAsync(_agent.GetAsync());
        Assert.That(list.GetProperty("next_page_token").GetString(), Is.Empty);
        Assert.That(JsonElement.DeepEquals(list.GetProperty("data")[0].GetProperty("last_message"), said), Is.True, list.ToString());
        var detail = await WebParty.OkAsync(_agent.GetAsync($"/{id}"));
        Assert.That((detail.GetProperty("unread_count").GetInt64(), detail.GetProperty("recent_messages").GetArrayLength()), Is.EqualTo((2, 2)));
        Assert.That((await WebParty.OkAsync(_agent.PostAsync($"/{id}/read", null))).ToString(), Is.EqualTo("""{"success":true,"marked":2}"""));
        detail = await WebParty.OkAsync(_agent.GetAsync($"/{id}"));
        Assert.That(detail.GetProperty("unread_count").GetInt64(), Is.Zero);
        var agent = detail.GetProperty("participants")[1];
        Assert.That((agent.GetProperty("user_id").GetString(), agent.GetProperty("last_read_at").GetInt64() > 0, agent.GetProperty("presence_status").GetString()), Is.EqualTo((_agent.Name, true, "OFFLINE")));
    }

    [Test]
    public async Task A_message_has_the_fields_of_the_protocol_file_with_times_as_numbers()
    {
        var id = await _customer.OpenAsync(_agent);
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var said = await SayAsync(_customer, id, "<b>Xin chào</b> 🚀");
        var at = said.GetProperty("created_at").GetInt64();
        Assert.That(at, Is.InRange(before - 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        var expected = $$"""
            {"id":"{{said.GetProperty("id").GetGuid()}}","thread_id":"{{id}}","user_id":"{{_customer.Name}}","content":"<b>Xin chào</b> 🚀","attachment_ids":[],"created_at":{{at}},
             "updated_at":{{at}},"metadata":{"seq":"1"},"conversation_id":{{said.GetProperty("conversation_id").GetInt64()}},"seq":1}
            """;
        Assert.That(JsonElement.DeepEquals(said, JsonElement.Parse(expected)), Is.True, said.ToString());
    }

    [Test]
    public async Task What_was_said_is_read_in_pages_from_the_end()
    {
        var id = await _customer.OpenAsync(_agent);
        for (var i = 1; i <= 5; i++)
            await SayAsync(_customer, id, $"{i}");
        var newest = await WebParty.OkAsync(_agent.GetAsync($"/{id}/messages?limit=2"));
        var older = await WebParty.OkAsync(_agent.GetAsync($"/{id}/messages?limit=10&before_id={newest.GetProperty("next_page_token").GetString()}"));
        Assert.That(Contents(newest), Is.EqualTo(new[] { "4", "5" }));
        Assert.That(Contents(older), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(older.GetProperty("next_page_token").GetString(), Is.Empty);
    }

    [Test]
    public async Task A_users_threads_are_listed_in_pages()
    {
        var opened = new List<string>();
        for (var i = 0; i < 3; i++)
            opened.Add(await _customer.OpenAsync(_agent));
        var first = await WebParty.OkAsync(_customer.GetAsync("?limit=2"));
        var second = await WebParty.OkAsync(_customer.GetAsync($"?limit=2&page_token={first.GetProperty("next_page_token").GetString()}"));
        Assert.That(Ids(first).Concat(Ids(second)), Is.EqualTo(Enumerable.Reverse(opened)));
    }

    [Test]
    public async Task A_message_sent_again_under_its_key_is_the_same_message()
    {
        var id = await _customer.OpenAsync(_agent);
        var first = await WebParty.OkAsync(_customer.PostAsync($"/{id}/messages", new { content = "once" }, key: "k1"));
        var second = await WebParty.OkAsync(_customer.PostAsync($"/{id}/messages", new { content = "once" }, key: "k1"));
        var byBody = await WebParty.OkAsync(_customer.PostAsync($"/{id}/messages", new { content = "once", client_id = "k1" }));
        Assert.That(new[] { second, byBody }.Select(one => one.GetProperty("id").GetGuid()), Is.All.EqualTo(first.GetProperty("id").GetGuid()));
        Assert.That((int)(await _customer.PostAsync($"/{id}/messages", new { content = "another" }, key: "k1")).Status, Is.EqualTo(409));
        Assert.That(Contents(await WebParty.OkAsync(_customer.GetAsync($"/{id}/messages"))), Is.EqualTo(new[] { "once" }));
    }

    [Test]
    public async Task A_thread_opened_again_under_its_key_is_the_same_thread()
    {
        var first = await WebParty.OkAsync(_customer.PostAsync("", new { title = "once" }, key: "t1"));
        var second = await WebParty.OkAsync(_customer.PostAsync("", new { title = "once" }, key: "t1"));
        Assert.That(second.GetProperty("id").GetString(), Is.EqualTo(first.GetProperty("id").GetString()));
    }

    [Test]
    public async Task Participants_come_and_go()
    {
        using var third = WebParty.User("third");
        await WebParty.OkAsync(third.GetAsync());
        var id = await _customer.OpenAsync(_agent);
        await WebParty.OkAsync(_customer.PostAsync($"/{id}/participants", new { participant_id = third.Name }));
        Assert.That(Names(await WebParty.OkAsync(third.GetAsync($"/{id}/participants"))), Is.EqualTo(new[] { _customer.Name, _agent.Name, third.Name }));
        var left = await WebParty.OkAsync(_agent.SendAsync(HttpMethod.Delete, $"/{id}/participants/{third.Name}"));
        Assert.That(left.GetProperty("participants").GetArrayLength(), Is.EqualTo(2));
        Assert.That((int)(await third.GetAsync($"/{id}")).Status, Is.EqualTo(403));
        Assert.That((int)(await _agent.SendAsync(HttpMethod.Delete, $"/{id}/participants/{_customer.Name}")).Status, Is.EqualTo(409), "who opened it stays");
    }

    [Test]
    public async Task A_service_acts_for_whom_it_names_and_users_it_names_are_made()
    {
        using var service = WebParty.Service();
        var (user, other) = ($"customer_{Guid.NewGuid():N}", $"agent_{Guid.NewGuid():N}");
        var made = await WebParty.OkAsync(service.PostAsync("", new { user_id = user, title = "t", participants = new[] { other } }));
        var id = made.GetProperty("id").GetString();
        var said = await WebParty.OkAsync(service.PostAsync($"/{id}/messages", new { user_id = other, content = "hello" }));
        Assert.That(said.GetProperty("user_id").GetString(), Is.EqualTo(other));
        Assert.That(Ids(await WebParty.OkAsync(service.GetAsync($"?user_id={user}"))), Is.EqualTo(new[] { id }));
        Assert.That(Contents(await WebParty.OkAsync(service.GetAsync($"/{id}/messages"))), Is.EqualTo(new[] { "hello" }), "for looking nobody has to be named");
        Assert.That((int)(await service.PostAsync($"/{id}/messages", new { content = "whose?" })).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Lists_are_bare_arrays_where_that_is_asked_for()
    {
        await using var server = await WebServer.StartAsync(("Midimo__Web__ListEnvelope", "array"));
        using var user = WebParty.User("customer", server);
        var id = await user.OpenAsync();
        await SayAsync(user, id, "hello");
        foreach (var path in new[] { "", $"/{id}/messages", $"/{id}/participants" })
            Assert.That((await WebParty.OkAsync(user.GetAsync(path))).GetArrayLength(), Is.EqualTo(1), path);
    }

    private static Task<JsonElement> SayAsync(WebParty by, string? thread, string content) => WebParty.OkAsync(by.PostAsync($"/{thread}/messages", new { content }));

    private static IEnumerable<string?> Contents(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(message => message.GetProperty("content").GetString());

    private static IEnumerable<string?> Ids(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(thread => thread.GetProperty("id").GetString());

    private static IEnumerable<string?> Names(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("user_id").GetString());
}
