using System.Text.Json;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>What sockets say and hear: contracts S3-2, S3-5, S3-6, S3-9, S3-14, S3-17 and the frames of the document.</summary>
public sealed class HotelSocketTests
{
    private House _house = null!;

    [SetUp]
    public async Task Open() => _house = await House.OpenAsync();

    [TearDown]
    public void Close() => _house.Dispose();

    [Test]
    public async Task A_guests_message_reaches_the_department_as_documented()
    {
        await using var socket = await _house.StaffAsync(_house.Anna);
        var sent = await _house.WriteAsync("I need help with my room");

        var data = await socket.MessageAsync("I need help with my room");

        Assert.That(data.EnumerateObject().Select(field => field.Name).Take(10), Is.EqualTo(new[]
        {
            "id", "conversation_id", "sender_type", "sender_name", "sender_id", "message_type", "content", "is_read", "created_at", "guest_info",
        }));
        Assert.That(data.GetProperty("id").GetInt64(), Is.EqualTo(sent.Long("message_id")));
        Assert.That(data.GetProperty("sender_type").GetString(), Is.EqualTo("guest"));
        Assert.That(data.GetProperty("sender_id").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(data.GetProperty("message_type").GetString(), Is.EqualTo("text"));
        Assert.That(data.GetProperty("is_read").GetBoolean(), Is.False);
        Assert.That(data.GetProperty("created_at").GetString(), Does.EndWith("Z"));
        Assert.That(data.GetProperty("guest_info").GetRawText(), Is.EqualTo(
            $$"""{"id":{{_house.Id + 1}},"name":"John Doe","whatsapp_number":"{{_house.Guest}}","room_number":"101"}"""));
    }

    [Test]
    public async Task An_answer_reaches_colleagues_the_sender_and_the_guest_once_each()
    {
        await using var anna = await _house.StaffAsync(_house.Anna);
        await using var ben = await _house.DashboardAsync(_house.Ben);
        await using var guest = await _house.GuestAsync();
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");

        await anna.SendAsync(new { type = "text", conversation_id = conversation, content = "How can I help?" });
        var heard = await guest.MessageAsync("How can I help?");
        await ben.MessageAsync("How can I help?");
        await anna.MessageAsync("How can I help?");
        await Task.WhenAll(anna.SettleAsync(), ben.SettleAsync(), guest.SettleAsync());

        Assert.That(heard.GetProperty("sender_type").GetString(), Is.EqualTo("staff"));
        Assert.That(heard.GetProperty("sender_name").GetString(), Is.EqualTo("Anna Arndt"));
        Assert.That(heard.GetProperty("sender_id").GetInt64(), Is.EqualTo(_house.Anna));
        foreach (var socket in (HotelSocket[])[anna, ben, guest])
            Assert.That(socket.Contents, Is.EqualTo(new[] { "hello", "How can I help?" }));
    }

    [TestCase("reception", "", false)]
    [TestCase("", "", true)]
    [TestCase("reception", "&events=all", true)]
    [TestCase("", "&events=basic", false)]
    public async Task Only_the_dashboard_is_sent_more_than_the_documented_frames(string department, string query, bool knowsAll)
    {
        await using var socket = await _house.StaffAsync(_house.Ben, department, query);
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");
        await socket.SendAsync(new { type = "text", conversation_id = conversation, content = "hi", temp_id = "t1" });
        await socket.SendAsync(new { type = "mark_read", conversation_id = conversation });
        await socket.SettleAsync();

        var more = socket.Types.Except(["message", "typing", "error"]).Distinct();
        Assert.That(more, knowsAll ? Is.EquivalentTo(new[] { "new_conversation", "acknowledgment", "conversation_update" }) : Is.Empty);
        if (!knowsAll)
            return;
        var received = await socket.WaitAsync("acknowledgment", frame => frame.GetProperty("status").ValueEquals("received"));
        var read = await socket.WaitAsync("acknowledgment", frame => frame.GetProperty("status").ValueEquals("marked_read"));
        Assert.That(received.GetProperty("conversation_id").GetInt64(), Is.EqualTo(conversation));
        Assert.That(received.GetProperty("message_id").GetInt64(), Is.EqualTo((await socket.MessageAsync("hi")).GetProperty("id").GetInt64()));
        Assert.That(received.GetProperty("temp_id").GetString(), Is.EqualTo("t1"));
        Assert.That(read.GetProperty("messages_marked").GetInt32(), Is.EqualTo(1));
        Assert.That(socket.Types.ToList().IndexOf("acknowledgment"), Is.LessThan(socket.Contents.Count() + 2), "before its own message");
    }

    [Test]
    public async Task A_message_without_a_type_is_text_and_one_sent_twice_is_stored_once()
    {
        await using var socket = await _house.DashboardAsync(_house.Anna);
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");
        for (var i = 0; i < 2; i++)
            await socket.SendAsync(new { conversation_id = $"{conversation}", content = "once", temp_id = "same" });
        await socket.SendAsync(new { conversation_id = conversation, content = "other", temp_id = "same" });
        await socket.WaitAsync("error", frame => frame.GetProperty("code").ValueEquals("conflict"));

        Assert.That(socket.Contents, Is.EqualTo(new[] { "hello", "once" }));
        Assert.That(socket.Types.Count(type => type == "acknowledgment"), Is.EqualTo(2));
    }

    [Test]
    public async Task Typing_is_told_to_the_others_and_ends_with_the_message_and_with_the_socket()
    {
        await using var anna = await _house.StaffAsync(_house.Anna);
        await using var ben = await _house.StaffAsync(_house.Ben);
        await using var guest = await _house.GuestAsync();
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");

        await guest.SendAsync(new { type = "typing", is_typing = true });
        var typing = (await anna.WaitAsync("typing")).GetProperty("data");
        Assert.That(typing.GetRawText(), Is.EqualTo($$"""{"conversation_id":{{conversation}},"user_id":null,"user_name":"John Doe","is_typing":true}"""));

        await anna.SendAsync(new { type = "typing", conversation_id = conversation, is_typing = true });
        await Task.WhenAll(TypingAsync(ben, "Anna Arndt", true), TypingAsync(guest, "Anna Arndt", true));
        await anna.SendAsync(new { type = "text", conversation_id = conversation, content = "hi" });
        await TypingAsync(guest, "Anna Arndt", false);
        await guest.DisposeAsync();
        await TypingAsync(ben, "John Doe", false);
        Assert.That(anna.Frames.Count(frame => frame.GetProperty("type").ValueEquals("typing") && frame.GetProperty("data").GetProperty("user_name").ValueEquals("Anna Arndt")), Is.Zero);

        static Task TypingAsync(HotelSocket socket, string who, bool isTyping) => socket.WaitAsync(
            "typing", frame => frame.GetProperty("data").GetProperty("user_name").ValueEquals(who) && frame.GetProperty("data").GetProperty("is_typing").GetBoolean() == isTyping);
    }

    [Test]
    public async Task Only_service_is_told_to_the_department_and_the_rest_to_those_who_asked_or_answered()
    {
        await using var anna = await _house.DashboardAsync(_house.Anna);
        await using var ben = await _house.StaffAsync(_house.Ben);
        var checkin = (await _house.WriteAsync("not arrived yet", number: _house.Expected)).Long("conversation_id");
        await Task.WhenAll(anna.SettleAsync(), ben.SettleAsync());
        Assert.That(anna.Contents.Concat(ben.Contents), Is.Empty);

        await anna.SendAsync(new { type = "subscribe_conversation", conversation_id = checkin });
        await anna.WaitAsync("acknowledgment", frame => frame.GetProperty("status").ValueEquals("subscribed"));
        await _house.WriteAsync("a second one", number: _house.Expected);
        await anna.MessageAsync("a second one");
        await ben.SendAsync(new { type = "text", conversation_id = checkin, content = "welcome" });
        await ben.MessageAsync("welcome");
        await anna.SendAsync(new { type = "unsubscribe_conversation", conversation_id = checkin });
        await anna.WaitAsync("acknowledgment", frame => frame.GetProperty("status").ValueEquals("unsubscribed"));
        await _house.WriteAsync("a third one", number: _house.Expected);
        await ben.MessageAsync("a third one");
        await anna.SettleAsync();

        Assert.That(anna.Contents, Is.EqualTo(new[] { "a second one", "welcome" }));
        Assert.That(ben.Contents, Is.EqualTo(new[] { "welcome", "a third one" }));
    }

    [Test]
    public async Task A_closed_conversation_takes_nothing_until_it_is_reopened()
    {
        await using var anna = await _house.DashboardAsync(_house.Anna);
        var conversation = (await _house.WriteAsync("hello")).Long("conversation_id");
        await DoAsync("close_conversation", "conversation_closed");
        await anna.WaitAsync("conversation_update", frame => frame.GetProperty("data").GetProperty("status").ValueEquals("closed"));
        await anna.SendAsync(new { type = "text", conversation_id = conversation, content = "too late" });
        await anna.ErrorAsync("This conversation is closed");
        await DoAsync("reopen-temporary", "conversation_reopened");
        await anna.SendAsync(new { type = "text", conversation_id = conversation, content = "in time" });
        await anna.MessageAsync("in time");
        Assert.That(anna.Contents, Is.EqualTo(new[] { "hello", "in time" }));

        async Task DoAsync(string type, string status)
        {
            await anna.SendAsync(new { type, conversation_id = conversation });
            await anna.WaitAsync("acknowledgment", frame => frame.GetProperty("status").ValueEquals(status));
        }
    }

    [Test]
    public async Task A_guest_writes_on_the_own_socket_as_by_telephone()
    {
        await using var cleo = await _house.StaffAsync(_house.Cleo, "housekeeping");
        await using var anna = await _house.StaffAsync(_house.Anna);
        await using var guest = await _house.GuestAsync();
        await guest.SendAsync(new { type = "text", content = "towels please", department = "housekeeping" });
        var conversation = (await cleo.MessageAsync("towels please")).GetProperty("conversation_id").GetInt64();
        await guest.SendAsync(new { type = "text", content = "two of them" });
        Assert.That((await cleo.MessageAsync("two of them")).GetProperty("conversation_id").GetInt64(), Is.EqualTo(conversation), "where the guest wrote last");
        await guest.SendAsync(new { type = "text", content = "nobody there", department = "spa" });
        await guest.ErrorAsync("Department not found");
        await anna.SettleAsync();
        Assert.That(anna.Contents, Is.Empty);
    }
}
