using System.Net.Http.Headers;
using System.Text.Json;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>REST for those who answer: contracts S3-12, S3-14 to S3-16, S3-20 and the shapes of the document.</summary>
public sealed class HotelApiTests
{
    /// <summary>The smallest PNG.</summary>
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private House _house = null!;

    [SetUp]
    public async Task Open() => _house = await House.OpenAsync();

    [TearDown]
    public void Close() => _house.Dispose();

    [Test]
    public async Task The_list_is_a_bare_array_as_documented()
    {
        var conversation = (await _house.WriteAsync("Hello, I need assistance")).Long("conversation_id");
        var list = (await _house.CallAsync("GET", "conversations/", user: _house.Anna)).Body;

        Assert.That(list[0].EnumerateObject().Select(field => field.Name).Take(11), Is.EqualTo(new[]
        {
            "id", "guest", "hotel", "department", "status", "guest_info", "hotel_name", "unread_count", "last_message_at", "last_message_preview", "created_at",
        }));
        Assert.That(list[0].GetProperty("id").GetInt64(), Is.EqualTo(conversation));
        Assert.That(list[0].GetProperty("guest").GetInt64(), Is.EqualTo(_house.Id + 1));
        Assert.That(list[0].GetProperty("guest_info").GetProperty("full_name").GetString(), Is.EqualTo("John Doe"));
        Assert.That((list[0].GetProperty("status").GetString(), list[0].GetProperty("unread_count").GetInt32(), list[0].GetProperty("last_message_preview").GetString()),
            Is.EqualTo(("active", 1, "Hello, I need assistance")));
    }

    [Test]
    public async Task The_list_is_paginated_where_that_is_asked_for_or_set()
    {
        foreach (var department in (string[])["Reception", "Housekeeping"])
            await _house.WriteAsync("hello", department);
        var page = (await _house.CallAsync("GET", "conversations?page=1&page_size=1", user: _house.Ben)).Body;
        await using var server = await HotelServer.StartAsync(("Hotel__ListEnvelope", "paginated"), ("Hotel__CreateConflict", "409"));
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", House.Token(_house.Ben));
        var set = JsonElement.Parse(await http.GetStringAsync(new Uri(server.Hotel, "/api/chat/conversations/")));
        using var again = await http.PostAsync(new Uri(server.Hotel, "/api/chat/conversations/create/"), new StringContent(
            JsonSerializer.Serialize(new { guest_whatsapp_number = _house.Guest, department_type = "Reception" }), System.Text.Encoding.UTF8, "application/json"));

        Assert.That(page.GetProperty("count").GetInt32(), Is.EqualTo(2));
        Assert.That(page.GetProperty("results").GetArrayLength(), Is.EqualTo(1));
        Assert.That(page.GetProperty("next").GetString(), Does.EndWith("/api/chat/conversations?page=2&page_size=1"));
        Assert.That(page.GetProperty("previous").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(set.GetProperty("results").GetArrayLength(), Is.EqualTo(2));
        Assert.That((int)again.StatusCode, Is.EqualTo(409));
        Assert.That((await _house.CallAsync("GET", "conversations/?page=x", user: _house.Ben)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task The_detail_is_ascending_and_marks_nothing_read()
    {
        var sent = await _house.WriteAsync("one");
        await _house.WriteAsync("two");
        var path = $"conversations/{sent.Long("conversation_id")}";
        await _house.CallAsync("GET", path, user: _house.Anna);
        var detail = (await _house.CallAsync("GET", path + "/", user: _house.Anna)).Body;
        var messages = detail.GetProperty("messages");

        Assert.That(messages[0].EnumerateObject().Select(field => field.Name).Take(10), Is.EqualTo(new[]
        {
            "id", "conversation", "sender_type", "sender", "sender_name", "message_type", "content", "is_read", "time_ago", "created_at",
        }));
        Assert.That(messages.EnumerateArray().Select(message => message.GetProperty("content").GetString()), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(messages[0].GetProperty("time_ago").GetString(), Is.EqualTo("Just now"));
        Assert.That(detail.GetProperty("conversation").GetProperty("unread_count").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Marking_read_counts_what_was_unread_for_all_and_passes_over_the_rest()
    {
        var (first, second) = (await _house.WriteAsync("one"), await _house.WriteAsync("two"));
        var other = await _house.WriteAsync("elsewhere", "Housekeeping");
        var id = first.Long("conversation_id");

        var one = await MarkAsync(_house.Anna, new { conversation_id = id, message_ids = new[] { first.Long("message_id"), other.Long("message_id") } });
        Assert.That((one.Long("messages_marked"), one.Long("messages_marked_read")), Is.EqualTo((1, 1)));
        Assert.That(one.Body.GetProperty("message_ids").GetRawText(), Is.EqualTo($"[{first.Long("message_id")}]"));
        Assert.That((await MarkAsync(_house.Ben, new { conversation_id = id })).Body.GetProperty("message_ids").GetRawText(), Is.EqualTo($"[{second.Long("message_id")}]"));
        Assert.That((await MarkAsync(_house.Anna, new { conversation_id = id, message_ids = Array.Empty<long>() })).Long("messages_marked"), Is.Zero);
        Assert.That((await _house.CallAsync("GET", "conversations/", user: _house.Anna)).Body[0].GetProperty("unread_count").GetInt32(), Is.Zero);
        Assert.That((await MarkAsync(_house.Anna, new { })).Error, Is.EqualTo("Conversation ID is required"));

        Task<Answer> MarkAsync(long user, object body) => _house.CallAsync("POST", "messages/mark-read/", body, user);
    }

    [Test]
    public async Task A_conversation_is_begun_once_and_closes_no_other()
    {
        await using var anna = await _house.DashboardAsync(_house.Anna);
        var housekeeping = (await _house.WriteAsync("towels", "Housekeeping")).Long("conversation_id");
        var created = await CreateAsync();
        var again = await CreateAsync();
        await anna.WaitAsync("new_conversation", frame => frame.GetProperty("data").GetProperty("id").GetInt64() == created.Long("conversation_id"));

        Assert.That((created.Status, again.Status), Is.EqualTo((201, 200)));
        Assert.That(created.Body.EnumerateObject().Select(field => field.Name), Is.EqualTo(new[] { "success", "message", "conversation_id", "guest_name", "department", "conversation" }));
        Assert.That((created.Text("guest_name"), created.Text("department")), Is.EqualTo(("John Doe", "Reception")));
        Assert.That(again.Long("conversation_id"), Is.EqualTo(created.Long("conversation_id")));
        Assert.That((await _house.CallAsync("GET", $"conversations/{housekeeping}/", user: _house.Cleo)).Body.GetProperty("conversation").GetProperty("status").GetString(), Is.EqualTo("active"));

        Task<Answer> CreateAsync() => _house.CallAsync("POST", "conversations/create", new { guest_whatsapp_number = _house.Guest, department_type = "reception" }, _house.Anna);
    }

    [TestCase("create/", """{"department_type":"Reception"}""", 400, "whatsapp_number is not a telephone number")]
    [TestCase("create/", """{"guest_whatsapp_number":"+4900000000","department_type":"Reception"}""", 404, "Guest not found")]
    [TestCase("create/", """{"guest_whatsapp_number":"GUEST"}""", 400, "department_type is required")]
    [TestCase("create/", """{"guest_whatsapp_number":"GUEST","department_type":"Spa"}""", 400, "Department not found")]
    [TestCase("create/", """{"guest_whatsapp_number":"GUEST","department_type":"Housekeeping"}""", 403, "You do not have access to this department")]
    [TestCase("close/", "{}", 400, "Conversation ID is required")]
    [TestCase("close/", """{"conversation_id":999999999}""", 404, "Conversation not found")]
    [TestCase("close/", "[]", 400, "Invalid data")]
    public async Task Bad_bodies_are_refused_by_name(string path, string body, int status, string error)
    {
        var answer = await _house.CallAsync("POST", $"conversations/{path}", body.Replace("GUEST", _house.Guest, StringComparison.Ordinal), _house.Anna);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)), answer.Body.ToString());
    }

    [Test]
    public async Task Unknown_paths_and_missing_tokens_are_refused_in_the_frameworks_shape()
    {
        Assert.That((await _house.CallAsync("GET", "conversations/")).Body.TryGetProperty("detail", out _), Is.True);
        Assert.That((await _house.CallAsync("GET", "conversations/")).Status, Is.EqualTo(401));
        Assert.That((await _house.CallAsync("GET", "nothing/", user: _house.Anna)).Text("detail"), Is.EqualTo("Not found."));
        Assert.That((await _house.CallAsync("GET", "conversations/abc/", user: _house.Anna)).Status, Is.EqualTo(400));
        Assert.That((await _house.CallAsync("GET", "conversations/999999999/", user: _house.Anna)).Error, Is.EqualTo("Conversation not found"));
    }

    [Test]
    public async Task Typing_over_rest_reaches_the_guest()
    {
        await using var guest = await _house.GuestAsync();
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");
        foreach (var isTyping in (bool[])[true, false])
        {
            var answer = await _house.CallAsync("POST", "messages/typing/", new { conversation_id = conversation, is_typing = isTyping }, _house.Anna);
            Assert.That(answer.Body.GetRawText(), Is.EqualTo("""{"success":true}"""));
            await guest.WaitAsync("typing", frame => frame.GetProperty("data").GetProperty("is_typing").GetBoolean() == isTyping);
        }
    }

    [Test]
    public async Task An_uploaded_file_is_shown_by_its_uploader_alone()
    {
        await using var guest = await _house.GuestAsync();
        await using var ben = await _house.DashboardAsync(_house.Ben);
        await using var anna = await _house.DashboardAsync(_house.Anna);
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");
        var uploaded = await UploadAsync(_house.Anna, conversation, Png, "map.png");
        Assert.That(uploaded.Status, Is.EqualTo(201), uploaded.Body.ToString());
        Assert.That((uploaded.Text("filename"), uploaded.Text("file_type"), uploaded.Long("file_size"), uploaded.Text("caption")), Is.EqualTo(("map.png", "image", (long)Png.Length, "the way")));

        await ben.SendAsync(new { type = "media", conversation_id = conversation, file_url = uploaded.Text("file_url") });
        await ben.ErrorAsync("file_url is not a file that you uploaded");
        await anna.SendAsync(new { type = "media", conversation_id = conversation, file_url = uploaded.Text("file_url"), filename = "map.png", file_type = "image", caption = "the way" });
        var shown = await guest.MessageAsync("the way");
        var acknowledged = await anna.WaitAsync("acknowledgment", frame => frame.GetProperty("status").ValueEquals("received"));

        Assert.That((shown.GetProperty("message_type").GetString(), shown.GetProperty("media_filename").GetString()), Is.EqualTo(("image", "map.png")));
        Assert.That((acknowledged.GetProperty("message_type").GetString(), acknowledged.GetProperty("caption").GetString()), Is.EqualTo(("image", "the way")));
        using var http = new HttpClient { BaseAddress = _house.Address };
        Assert.That(await http.GetByteArrayAsync(new Uri(shown.GetProperty("media_url").GetString()!, UriKind.Relative)), Is.EqualTo(Png));
    }

    [Test]
    public async Task Bad_uploads_are_refused()
    {
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");

        Assert.That((await UploadAsync(_house.Anna, conversation, "<html>"u8.ToArray(), "x.png")).Error, Is.EqualTo("File type not allowed"));
        Assert.That((await UploadAsync(_house.Cleo, conversation, Png, "x.png")).Status, Is.EqualTo(403));
        Assert.That((await UploadAsync(_house.Anna, 999_999_999, Png, "x.png")).Status, Is.EqualTo(404));
        Assert.That((await _house.CallAsync("POST", "upload-media/", new { }, _house.Anna)).Error, Is.EqualTo("Content-Type must be multipart/form-data"));
    }

    [Test]
    public async Task The_description_lists_every_call()
    {
        using var http = new HttpClient { BaseAddress = _house.Address };
        var paths = JsonElement.Parse(await http.GetStringAsync(new Uri("/openapi/hotel.json", UriKind.Relative))).GetProperty("paths").EnumerateObject().Select(path => path.Name);

        Assert.That(paths, Is.EquivalentTo(new[]
        {
            "/api/chat/guest-webhook", "/api/chat/conversations", "/api/chat/conversations/{id}", "/api/chat/conversations/create", "/api/chat/conversations/close",
            "/api/chat/messages/mark-read", "/api/chat/messages/typing", "/api/chat/upload-media",
        }));
    }

    private async Task<Answer> UploadAsync(long user, long conversation, byte[] file, string name)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent($"{conversation}"), "conversation_id" },
            { new StringContent("the way"), "caption" },
            { new ByteArrayContent(file), "file", name },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat/upload-media/") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", House.Token(user));
        return await _house.SendAsync(request);
    }
}
