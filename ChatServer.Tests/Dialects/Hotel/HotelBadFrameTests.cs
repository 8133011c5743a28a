namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>Bad frames are refused in the documented words, the connection is kept, and nothing is stored (contracts S3-17).</summary>
public sealed class HotelBadFrameTests
{
    private House _house = null!;

    [SetUp]
    public async Task Open() => _house = await House.OpenAsync();

    [TearDown]
    public void Close() => _house.Dispose();

    [TestCase("{\"type\":\"text\",\"conversation_id\":ID,\"content\":\"   \"}", "Message content cannot be empty")]
    [TestCase("{\"type\":\"text\",\"conversation_id\":ID}", "Message content cannot be empty")]
    [TestCase("{\"type\":\"text\",\"content\":\"x\"}", "Conversation ID is required")]
    [TestCase("{\"type\":\"mark_read\"}", "Conversation ID is required")]
    [TestCase("{\"type\":\"typing\",\"is_typing\":true}", "Conversation ID is required")]
    [TestCase("{\"type\":\"text\",\"conversation_id\":999999999,\"content\":\"x\"}", "Conversation not found")]
    [TestCase("{\"type\":\"typing\",\"conversation_id\":999999999,\"is_typing\":true}", "Conversation not found")]
    [TestCase("{\"type\":\"mark_read\",\"conversation_id\":-1}", "Conversation not found")]
    [TestCase("{\"type\":\"shout\",\"conversation_id\":ID}", "Invalid message type")]
    [TestCase("{\"type\":7,\"conversation_id\":ID}", "Invalid message type")]
    [TestCase("{\"type\":\"text\",", "Invalid JSON format")]
    [TestCase("not JSON", "Invalid JSON format")]
    [TestCase("[1,2]", "Invalid JSON format")]
    [TestCase("null", "Invalid JSON format")]
    [TestCase("", "Invalid JSON format")]
    [TestCase("{\"type\":\"text\",\"conversation_id\":[],\"content\":\"x\"}", "conversation_id has the wrong type")]
    [TestCase("{\"type\":\"media\",\"conversation_id\":ID,\"file_url\":\"http://evil.example/x.png\"}", "file_url is not a file that you uploaded")]
    public async Task A_bad_frame_is_refused_and_the_socket_goes_on(string frame, string error)
    {
        await using var anna = await _house.StaffAsync(_house.Anna);
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");

        await anna.SendTextAsync(frame.Replace("ID", $"{conversation}", StringComparison.Ordinal));
        await anna.ErrorAsync(error);
        await anna.SendAsync(new { type = "text", conversation_id = conversation, content = "still here" });
        await anna.MessageAsync("still here");

        Assert.That((await _house.CallAsync("GET", $"conversations/{conversation}/", user: _house.Anna)).Body.GetProperty("messages").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Half_a_character_a_long_text_and_deep_nesting_are_refused()
    {
        await using var anna = await _house.StaffAsync(_house.Anna);
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");
        await anna.SendTextAsync($$"""{"conversation_id":{{conversation}},"content":"{{new string('x', 10_001)}}"}""");
        await anna.WaitAsync("error", frame => frame.GetProperty("message").GetString()!.Contains("at most 10000", StringComparison.Ordinal));
        await anna.SendTextAsync($$"""{"conversation_id":{{conversation}},"content":"\ud800"}""");
        await anna.SendTextAsync(string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100));
        await anna.SettleAsync();

        Assert.That(anna.Frames.Count(frame => frame.GetProperty("type").ValueEquals("error")), Is.EqualTo(4));
        Assert.That(anna.Contents, Is.EqualTo(new[] { "hello" }));
    }

    [Test]
    public async Task Foreign_conversations_are_closed_by_every_frame_and_every_call()
    {
        await using var cleo = await _house.DashboardAsync(_house.Cleo);
        var conversation = (await _house.WriteAsync("for the reception")).Long("conversation_id");
        foreach (var type in (string[])["text", "typing", "mark_read", "subscribe_conversation", "unsubscribe_conversation", "close_conversation", "reopen-temporary", "media"])
            await cleo.SendAsync(new { type, conversation_id = conversation, content = "x", is_typing = true });
        await cleo.SettleAsync();

        Assert.That(cleo.Frames.Count(frame => frame.GetProperty("message").ValueEquals("Access denied to this conversation")), Is.EqualTo(8));
        Assert.That((await _house.CallAsync("GET", "conversations/", user: _house.Cleo)).Body.GetArrayLength(), Is.Zero);
        Assert.That((await _house.CallAsync("GET", $"conversations/{conversation}/", user: _house.Cleo)).Status, Is.EqualTo(403));
        foreach (var (path, body) in ((string, object)[])
        [
            ("messages/mark-read/", new { conversation_id = conversation }), ("messages/typing/", new { conversation_id = conversation, is_typing = true }),
            ("conversations/close/", new { conversation_id = conversation }), ("conversations/create/", new { guest_whatsapp_number = _house.Guest, department_type = "Reception" }),
        ])
            Assert.That((await _house.CallAsync("POST", path, body, _house.Cleo)).Status, Is.EqualTo(403), path);
        Assert.That((await _house.CallAsync("GET", $"conversations/{conversation}/", user: _house.Anna)).Body.GetProperty("conversation").GetProperty("unread_count").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_socket_for_one_department_speaks_for_no_other_of_its_user()
    {
        await using var ben = await _house.StaffAsync(_house.Ben);
        var conversation = (await _house.WriteAsync("towels", "Housekeeping")).Long("conversation_id");

        await ben.SendAsync(new { type = "text", conversation_id = conversation, content = "x" });
        await ben.ErrorAsync("Access denied to this conversation");
        Assert.That(ben.Contents, Is.Empty);
    }

    [Test]
    public async Task A_frame_of_two_megabytes_ends_the_socket_with_1009()
    {
        await using var anna = await _house.StaffAsync(_house.Anna);
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");

        await anna.SendTextAsync($$"""{"type":"text","conversation_id":{{conversation}},"content":"{{new string('x', 2_000_000)}}"}""");

        Assert.That(await anna.WaitForCloseAsync(), Is.EqualTo(1009));
        Assert.That((await _house.CallAsync("GET", $"conversations/{conversation}/", user: _house.Anna)).Body.GetProperty("messages").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Guests_may_say_only_what_guests_say()
    {
        using var other = await House.OpenAsync();
        await using var guest = await _house.GuestAsync();
        var foreign = (await other.WriteAsync("another guest's")).Long("conversation_id");
        await guest.SendAsync(new { type = "mark_read", conversation_id = foreign });
        await guest.ErrorAsync("Invalid message type");
        await guest.SendAsync(new { type = "text", conversation_id = foreign, content = "x" });
        await guest.ErrorAsync("Conversation not found or access denied");
        await guest.SendAsync(new { type = "typing", conversation_id = foreign, is_typing = true });
        await guest.ErrorAsync("Conversation not found");
        await guest.SendAsync(new { type = "text", content = " " });
        await guest.ErrorAsync("Message content cannot be empty");
    }

    [Test]
    public async Task A_socket_that_floods_is_ended_and_a_token_that_runs_out_too()
    {
        await using var server = await HotelServer.StartAsync(("Hotel__FramesPerSecond", "1"), ("Hotel__FrameBurst", "5"), ("Jwt__ClockSkewSeconds", "0"), ("Fanout__SweepSeconds", "1"));
        await using var flood = await HotelSocket.ConnectAsync(server.Hotel, $"/ws/chat/?token={House.Token(_house.Anna)}");
        await using var brief = await HotelSocket.ConnectAsync(server.Hotel, $"/ws/chat/?token={House.Token(_house.Ben, lifetime: TimeSpan.FromSeconds(2))}");
        for (var i = 0; i < 8; i++)
            await flood.SendAsync(new { type = "text" });

        Assert.That(await flood.WaitForCloseAsync(), Is.EqualTo(1008));
        Assert.That(await brief.WaitForCloseAsync(), Is.EqualTo(1008));
        await brief.ErrorAsync("Token expired");
    }
}
