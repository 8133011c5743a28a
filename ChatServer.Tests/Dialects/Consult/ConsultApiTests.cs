using System.Net.Http.Json;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Dialects.Consult;

/// <summary>The document's flows over REST.</summary>
public sealed class ConsultApiTests
{
    private ConsultHost _host = null!;
    private User _customer = null!;
    private User _staff = null!;
    private User _other = null!;
    private User _admin = null!;
    private Conversation _room = null!;

    [SetUp]
    public async Task SetUp()
    {
        _host = await ConsultHost.StartAsync();
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _staff = _host.Store.AddUser(Role.Staff, "staff1");
        _other = _host.Store.AddUser(Role.Staff, "staff2");
        _admin = _host.Store.AddUser(Role.Admin, "admin1");
        _room = _host.Store.AddRoom(_customer);
    }

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [TestCase("/api/chat/rooms")]
    [TestCase("/api/chat/rooms/")]
    [TestCase("/chat/rooms")]
    [TestCase("/chat/rooms/")]
    public async Task Both_prefixes_serve_with_and_without_a_slash(string path)
    {
        var rooms = await _host.GetAsync(_customer, path).JsonAsync(200);

        Assert.That(rooms[0].GetProperty("id").GetInt64(), Is.EqualTo(_room.Id.Value));
    }

    [Test]
    public async Task A_customer_without_a_room_is_given_one()
    {
        var newcomer = _host.Store.AddUser(Role.Customer, "customer2");

        var rooms = await _host.GetAsync(newcomer, "/chat/rooms").JsonAsync(200);

        Assert.That(rooms.GetArrayLength(), Is.EqualTo(1));
        Assert.That(rooms[0].GetProperty("customerId").GetInt64(), Is.EqualTo(newcomer.Id.Value));
    }

    [Test]
    public async Task A_session_is_asked_for_claimed_and_ended()
    {
        var staffListens = _host.Listen(_staff, Room.Staff);
        var customerListens = _host.Listen(_customer, Room.Of(_customer.Id));

        var session = await _host.PostAsync(_customer, $"/api/chat/rooms/{_room.Id.Value}/sessions", new { title = "  Tư vấn  " }).JsonAsync(201);
        Assert.That(session.GetProperty("status").GetString(), Is.EqualTo("OPEN"));
        Assert.That(session.GetProperty("title").GetString(), Is.EqualTo("Tư vấn"));
        Assert.That(staffListens.Heard, Has.One.StartsWith("42/chat,[\"new_session\""));
        var again = await _host.PostAsync(_customer, $"/api/chat/rooms/{_room.Id.Value}/sessions", new { title = "more" }).JsonAsync(200);
        Assert.That(again.GetProperty("id").GetInt64(), Is.EqualTo(session.GetProperty("id").GetInt64()));

        var waiting = await _host.GetAsync(_staff, "/api/chat/sessions/unassigned").JsonAsync(200);
        Assert.That(waiting[0].GetProperty("room").GetProperty("customer").GetProperty("userName").GetString(), Is.EqualTo("customer1"));
        var claimed = await _host.PostAsync(_staff, "/api/chat/sessions/1/join").JsonAsync(200);
        Assert.That(claimed.GetProperty("status").GetString(), Is.EqualTo("IN_PROGRESS"));
        Assert.That(claimed.GetProperty("staff").GetProperty("id").GetInt64(), Is.EqualTo(_staff.Id.Value));
        Assert.That(customerListens.Heard, Has.One.StartsWith("42/chat,[\"session_joined\""));
        Assert.That((await _host.GetAsync(_staff, "/chat/sessions/unassigned").JsonAsync(200)).GetArrayLength(), Is.Zero);
        Assert.That((await _host.GetAsync(_staff, "/chat/rooms/assigned").JsonAsync(200)).GetArrayLength(), Is.EqualTo(1));
        Assert.That((await _host.GetAsync(_staff, "/chat/sessions/in-progress").JsonAsync(200)).GetArrayLength(), Is.EqualTo(1));
        Assert.That((await _host.GetAsync(_customer, "/chat/sessions/current").JsonAsync(200)).GetProperty("id").GetInt64(), Is.EqualTo(1));

        var ended = await _host.PostAsync(_staff, "/api/chat/sessions/1/end").JsonAsync(200);
        Assert.That(ended.GetProperty("status").GetString(), Is.EqualTo("ENDED"));
        Assert.That(ended.GetProperty("endedAt").GetString(), Does.EndWith("Z"));
        Assert.That(ended.GetProperty("room").GetProperty("staffId").GetInt64(), Is.EqualTo(_staff.Id.Value));
        Assert.That(customerListens.Heard, Has.One.StartsWith("42/chat,[\"session_ended\""));
        await _host.PostAsync(_staff, "/api/chat/sessions/1/end").JsonAsync(200);
        var current = await _host.GetAsync(_customer, "/chat/sessions/current").JsonAsync(200);
        Assert.That(current.ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That((await _host.GetAsync(_customer, "/chat/sessions/my-sessions").JsonAsync(200)).GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_many_claims_one_wins_and_may_ask_again()
    {
        await _host.PostAsync(_customer, "/chat/rooms/1/sessions", new { title = "topic" }).JsonAsync(201);
        User[] staff = [.. Enumerable.Range(0, 20).Select(i => _host.Store.AddUser(Role.Staff, $"rival{i}"))];

        var answers = await Task.WhenAll(staff.Select(rival => _host.PostAsync(rival, "/chat/sessions/1/join")));

        Assert.That(answers.Count(a => (int)a.StatusCode == 200), Is.EqualTo(1));
        Assert.That(answers.Count(a => (int)a.StatusCode == 409), Is.EqualTo(19));
        var winner = staff.Single(s => s.Id == _host.Store.Consultations.Values.Single().StaffId);
        await _host.PostAsync(winner, "/chat/sessions/1/join").JsonAsync(200);
        await _host.PostAsync(staff.First(s => s != winner), "/chat/sessions/1/join")
            .CheckRefusedAsync(409, "Phiên tư vấn đã được nhân viên khác nhận", "Conflict");
    }

    [Test]
    public async Task A_message_over_REST_is_stored_and_broadcast_once_however_often_it_is_sent()
    {
        var listens = _host.Listen(_customer, Room.Of(_room.Id));
        for (var i = 0; i < 3; i++)
        {
            var message = await _host.SendAsync(
                _customer, HttpMethod.Post, "/chat/rooms/1/messages", new StringContent("""{"content":"xin chào"}""", null, "application/json"), "key-1").JsonAsync(201);
            Assert.That(message.GetProperty("id").GetInt64(), Is.EqualTo(1));
        }
        Assert.That(listens.Heard, Has.Count.EqualTo(1));
        Assert.That(listens.Heard[0], Does.Contain("xin chào"));
        await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = "other", temp_id = "key-1" })
            .CheckRefusedAsync(409, "This client key was used for another message", "Conflict");
    }

    [Test]
    public async Task The_first_message_of_staff_assigns_the_room_and_shuts_out_the_others()
    {
        await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = "help" }).JsonAsync(201);
        Assert.That((await _host.GetAsync(_staff, "/chat/rooms/unassigned?active=true").JsonAsync(200))[0]
            .GetProperty("messages")[0].GetProperty("content").GetString(), Is.EqualTo("help"));

        await _host.PostAsync(_staff, "/chat/rooms/1/messages", new { content = "hello" }).JsonAsync(201);

        await _host.PostAsync(_other, "/chat/rooms/1/messages", new { content = "me too" })
            .CheckRefusedAsync(403, "This room is assigned to another staff member", "Forbidden");
        await _host.GetAsync(_other, "/chat/rooms/1").CheckRefusedAsync(403, "This room is assigned to another staff member", "Forbidden");
        Assert.That((await _host.GetAsync(_staff, "/chat/rooms/assigned").JsonAsync(200))[0].GetProperty("_count").GetProperty("messages").GetInt64(), Is.EqualTo(2));
        Assert.That((await _host.GetAsync(_admin, "/chat/rooms").JsonAsync(200)).GetArrayLength(), Is.EqualTo(1));
        await _host.PostAsync(_admin, "/chat/rooms/1/messages", new { content = "admins may always" }).JsonAsync(201);
    }

    [Test]
    public async Task History_is_paged_from_the_newest_and_marked_read()
    {
        for (var i = 1; i <= 5; i++)
            await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = $"m{i}" }).JsonAsync(201);

        var page = await _host.GetAsync(_staff, "/chat/rooms/1/messages?page=2&limit=2").JsonAsync(200);
        Assert.That(page.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()), Is.EqualTo(["m2", "m3"]));
        Assert.That(page.GetProperty("pagination").GetProperty("totalPages").GetInt64(), Is.EqualTo(3));
        Assert.That(page.GetProperty("hasMore").GetBoolean(), Is.True);
        Assert.That((await _host.GetAsync(_staff, "/chat/rooms/1/history").JsonAsync(200)).GetProperty("total").GetInt64(), Is.EqualTo(5));

        Assert.That((await _host.PatchAsync(_staff, "/chat/messages/1/read").JsonAsync(200)).GetProperty("isRead").GetBoolean(), Is.True);
        Assert.That((await _host.PatchAsync(_staff, "/chat/rooms/1/read-all").JsonAsync(200)).GetProperty("count").GetInt32(), Is.EqualTo(4));
        var room = await _host.GetAsync(_customer, "/chat/rooms/1").JsonAsync(200);
        Assert.That(room.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("isRead").GetBoolean()), Is.All.True);
    }

    [Test]
    public async Task The_description_covers_this_dialect_and_has_a_page()
    {
        var document = await _host.GetAsync(null, "/openapi/consult.json").JsonAsync(200);
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();

        Assert.That(paths, Contains.Item("/api/chat/rooms/{id}/sessions").And.Contains("/api/chat/sessions/{id}/join"));
        Assert.That(paths, Has.All.StartsWith("/api/chat/"));
        Assert.That(paths, Has.None.Contains("{rest}"));
        var start = document.GetProperty("paths").GetProperty("/api/chat/rooms/{id}/sessions").GetProperty("post");
        Assert.That(start.GetProperty("summary").GetString(), Is.Not.Empty);
        Assert.That(start.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _), Is.True);
        Assert.That(start.GetProperty("parameters")[0].GetProperty("schema").GetProperty("type").GetString(), Is.EqualTo("integer"));
        Assert.That(document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString(), Is.EqualTo("bearer"));

        using var page = await _host.GetAsync(null, "/docs/index.html");
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("swagger-ui"));
        foreach (var file in new[] { "swagger-ui-bundle.js", "swagger-ui.css" })
            Assert.That((int)(await _host.GetAsync(null, $"/docs/{file}")).StatusCode, Is.EqualTo(200), file);
        using var unknown = await _host.GetAsync(null, "/openapi/other.json");
        Assert.That((int)unknown.StatusCode, Is.EqualTo(404));
    }

    [TestCase("")]
    [TestCase(" ")]
    public async Task An_empty_idempotency_key_leaves_the_bodys_own(string key)
    {
        async Task<long> PostAsync() => (await _host.SendAsync(
            _customer, HttpMethod.Post, "/chat/rooms/1/messages", JsonContent.Create(new { content = "once", temp_id = "k" }), key).JsonAsync(201)).GetProperty("id").GetInt64();

        var first = await PostAsync();

        Assert.That(await PostAsync(), Is.EqualTo(first));
    }
}
