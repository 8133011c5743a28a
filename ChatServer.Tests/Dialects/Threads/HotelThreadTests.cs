using System.Text.Json;
using ChatServer.Chat.Users;
using ChatServer.Tests.Dialects.Hotel;

namespace ChatServer.Tests.Dialects.Threads;

/// <summary>A thread in the hotel's dialect: a conversation with its opener in the guest's stead, of no department.</summary>
public sealed class HotelThreadTests : ThreadTests
{
    private const string Chat = "/api/chat/conversations";
    private const string NotClosed = "Only conversations of guests are closed and taken up again";

    [Test]
    public async Task A_thread_is_listed_in_full_shape_for_who_takes_part_and_for_nobody_else()
    {
        var thread = await Host.OpenAsync("Late arrival", Stranger, Staff);
        await Host.SayAsync(thread.Id, Stranger, "hello");

        var listed = (await ListAsync(Staff)).Single(one => one.GetProperty("id").GetInt64() == thread.Id.Value);
        var guest = listed.GetProperty("guest_info");
        Assert.That((listed.GetProperty("guest").GetInt64(), guest.GetProperty("full_name").GetString()), Is.EqualTo((Stranger.Id.Value, "Sophie Six")));
        Assert.That((guest.GetProperty("whatsapp_number").GetString(), guest.GetProperty("room_number").ValueKind), Is.EqualTo(("", JsonValueKind.Null)));
        Assert.That((listed.GetProperty("department").GetString(), listed.GetProperty("hotel").GetInt64(), listed.GetProperty("hotel_name").GetString()), Is.EqualTo(("Late arrival", 0, "")));
        Assert.That((listed.GetProperty("status").GetString(), listed.GetProperty("conversation_type").GetString()), Is.EqualTo(("active", "general")));
        Assert.That((listed.GetProperty("unread_count").GetInt64(), listed.GetProperty("last_message_preview").GetString()), Is.EqualTo((1, "hello")));
        var shown = await Host.CallAsync("Hotel", Staff, "GET", $"{Chat}/{thread.Id.Value}/", 200);
        var message = shown.GetProperty("messages")[0];
        Assert.That((message.GetProperty("sender_type").GetString(), message.GetProperty("sender").GetInt64()), Is.EqualTo(("guest", Stranger.Id.Value)));
        foreach (var reader in new[] { Other, Admin })
            Assert.That((await ListAsync(reader)).Select(one => one.GetProperty("id").GetInt64()), Has.No.Member(thread.Id.Value), $"{reader.Role}");
        await Host.CallAsync("Hotel", Other, "GET", $"{Chat}/{thread.Id.Value}/", 403);
    }

    [Test]
    public async Task The_dashboard_hears_and_answers_a_thread_unasked_and_a_department_when_it_subscribed()
    {
        await using var dashboard = await Host.ConnectHotelAsync(Staff);
        await using var reception = await Host.ConnectHotelAsync(Staff, "reception/", "&events=all");
        await using var subscribed = await Host.ConnectHotelAsync(Staff, "reception/", "&events=all");
        await using var other = await Host.ConnectHotelAsync(Other);
        var thread = await Host.OpenAsync(null, Customer, Staff);
        var conversation_id = thread.Id.Value;
        Assert.That((await dashboard.WaitAsync("new_conversation", frame => IdOf(frame, "id") == conversation_id)).GetProperty("data").GetProperty("department").GetString(), Is.EqualTo("Threads"));
        await subscribed.SendAsync(new { type = "subscribe_conversation", conversation_id });
        await subscribed.WaitAsync("acknowledgment", frame => frame.GetProperty("status").ValueEquals("subscribed"));
        await other.SendAsync(new { type = "subscribe_conversation", conversation_id });
        await other.ErrorAsync("Access denied to this conversation");

        await Host.SayAsync(thread.Id, Customer, $"one {conversation_id}");
        await dashboard.SendAsync(new { type = "typing", conversation_id, is_typing = true });
        await dashboard.SendAsync(new { type = "text", conversation_id, content = $"two {conversation_id}" });
        Assert.That((await dashboard.WaitAsync("acknowledgment", frame => frame.GetProperty("status").ValueEquals("received"))).GetProperty("conversation_id").GetInt64(), Is.EqualTo(conversation_id));
        foreach (var socket in (HotelSocket[])[dashboard, subscribed])
        {
            var (question, answer) = (await socket.MessageAsync($"one {conversation_id}"), await socket.MessageAsync($"two {conversation_id}"));
            Assert.That((question.GetProperty("sender_type").GetString(), answer.GetProperty("sender_type").GetString()), Is.EqualTo(("guest", "staff")));
            Assert.That(question.GetProperty("guest_info").GetProperty("name").GetString(), Is.EqualTo("user5"));
            Assert.That(socket.Contents.Count(content => content!.EndsWith($" {conversation_id}", StringComparison.Ordinal)), Is.EqualTo(2), "each once");
        }
        await reception.SettleAsync();
        await other.SettleAsync();
        Assert.That(reception.Contents.Concat(other.Contents), Has.None.EndsWith($" {conversation_id}"));

        await reception.SendAsync(new { type = "text", conversation_id, content = $"three {conversation_id}" });
        await reception.MessageAsync($"three {conversation_id}");
        await dashboard.SendAsync(new { type = "unsubscribe_conversation", conversation_id });
        await Host.SayAsync(thread.Id, Customer, $"four {conversation_id}");
        await dashboard.MessageAsync($"four {conversation_id}");
    }

    [Test]
    public async Task What_others_said_is_marked_read_for_the_reader_and_closing_is_refused()
    {
        var thread = await Host.OpenAsync(null, Staff, Customer, Other);
        var said = await Host.SayAsync(thread.Id, Customer, "one");
        await Host.SayAsync(thread.Id, Other, "two");
        await using var support = await Host.ConnectAsync("Support", Customer);
        await support.CallAsync("join_session", new { session_id = thread.Uid });

        var marked = await Host.CallAsync("Hotel", Staff, "POST", "/api/chat/messages/mark-read/", 200, new { conversation_id = thread.Id.Value, message_ids = new[] { said.Id.Value } });
        Assert.That(marked.GetProperty("message_ids").EnumerateArray().Select(id => id.GetInt64()), Is.EqualTo([said.Id.Value]));
        var read = await support.WaitForAsync("messages_read", one => one.GetProperty("user_id").GetGuid() == Staff.Uid);
        Assert.That(read.GetProperty("message_ids")[0].GetGuid(), Is.EqualTo(said.Uid));
        await using var dashboard = await Host.ConnectHotelAsync(Staff);
        await dashboard.SendAsync(new { type = "mark_read", conversation_id = thread.Id.Value });
        Assert.That((await dashboard.WaitAsync("acknowledgment")).GetProperty("messages_marked").GetInt32(), Is.EqualTo(1));
        Assert.That((await ListAsync(Staff)).Single(one => one.GetProperty("id").GetInt64() == thread.Id.Value).GetProperty("unread_count").GetInt64(), Is.Zero);
        Assert.That((await ListAsync(Other)).Single(one => one.GetProperty("id").GetInt64() == thread.Id.Value).GetProperty("unread_count").GetInt64(), Is.EqualTo(1));

        await Host.CallAsync("Hotel", Staff, "POST", $"{Chat}/close/", 403, new { conversation_id = thread.Id.Value });
        foreach (var type in (string[])["close_conversation", "reopen-temporary"])
            await dashboard.SendAsync(new { type, conversation_id = thread.Id.Value });
        await dashboard.ErrorAsync(NotClosed);
        await Host.CallAsync("Hotel", Staff, "POST", "/api/chat/messages/typing/", 200, new { conversation_id = thread.Id.Value, is_typing = true });
    }

    [Test]
    public async Task Who_is_taken_out_hears_nothing_any_more_by_either_way()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff);
        await using var dashboard = await Host.ConnectHotelAsync(Staff);
        await using var subscribed = await Host.ConnectHotelAsync(Staff, "reception/", "&events=all");
        await subscribed.SendAsync(new { type = "subscribe_conversation", conversation_id = thread.Id.Value });
        await subscribed.WaitAsync("acknowledgment");

        await Host.RemoveAsync(thread, Staff);
        await Host.SayAsync(thread.Id, Customer, $"gone {thread.Id.Value}");
        foreach (var socket in (HotelSocket[])[dashboard, subscribed])
        {
            await socket.SettleAsync();
            Assert.That(socket.Types, Has.No.Member("message").And.No.Member("conversation_update"));
        }
        await dashboard.SendAsync(new { type = "text", conversation_id = thread.Id.Value, content = "hello" });
        await dashboard.ErrorAsync("Access denied to this conversation");
    }

    [Test]
    public async Task A_dashboard_that_comes_back_is_sent_what_was_said_in_its_threads()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff);
        var last = await Host.SayAsync(thread.Id, Customer, "heard");
        await Host.SayAsync(thread.Id, Customer, $"missed {thread.Id.Value}");

        await using var dashboard = await Host.ConnectHotelAsync(Staff, query: $"&since={last.Id.Value}");
        await using var reception = await Host.ConnectHotelAsync(Staff, "reception/", $"&since={last.Id.Value}");
        await dashboard.MessageAsync($"missed {thread.Id.Value}");
        await reception.SettleAsync();
        Assert.That(reception.Contents, Has.No.Member($"missed {thread.Id.Value}"));
    }

    [Test]
    public async Task A_guest_who_takes_part_hears_a_thread_and_answers_it_by_its_id()
    {
        await using var telephone = await Host.ConnectGuestAsync("+1234567890");
        var guest = await Host.UserOfGuestAsync("+1234567890");
        var thread = await Host.OpenAsync(null, Staff, guest);
        await Host.SayAsync(thread.Id, Staff, $"to you {thread.Id.Value}");

        Assert.That((await telephone.MessageAsync($"to you {thread.Id.Value}")).GetProperty("sender_type").GetString(), Is.EqualTo("staff"));
        await telephone.SendAsync(new { type = "text", conversation_id = thread.Id.Value, content = $"from me {thread.Id.Value}" });
        Assert.That((await telephone.MessageAsync($"from me {thread.Id.Value}")).GetProperty("sender_id").GetInt64(), Is.EqualTo(guest.Id.Value));
        var foreign = await Host.OpenAsync(null, Staff, Customer);
        await telephone.SendAsync(new { type = "text", conversation_id = foreign.Id.Value, content = "not mine" });
        await telephone.ErrorAsync("Conversation not found or access denied");
    }

    private static long IdOf(JsonElement frame, string name) => frame.GetProperty("data").GetProperty(name).GetInt64();

    private static async Task<JsonElement[]> ListAsync(User reader) => [.. (await Host.CallAsync("Hotel", reader, "GET", $"{Chat}/", 200)).EnumerateArray()];
}
