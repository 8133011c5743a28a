using System.Text.Json;
using ChatServer.Chat.Users;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Threads;

/// <summary>A thread in support's dialect: a session that is active, because those who take part answer each other.</summary>
public sealed class SupportThreadTests : ThreadTests
{
    private const string Sessions = "/api/v1/chat/sessions";

    [Test]
    public async Task A_thread_is_an_active_session_of_everybody_who_takes_part_and_of_nobody_else()
    {
        var thread = await Host.OpenAsync("About an order", Customer, Staff);
        await Host.SayAsync(thread.Id, Customer, "hello");

        foreach (var (reader, unread) in new[] { (Customer, 0), (Staff, 1) })
        {
            foreach (var list in (string[])["", "/my"])
            {
                var session = (await ListAsync(reader, list)).Single(one => one.GetProperty("id").GetGuid() == thread.Uid);
                Assert.That((session.GetProperty("status").GetString(), session.GetProperty("subject").GetString()), Is.EqualTo(("active", "About an order")));
                Assert.That((session.GetProperty("category").GetString(), session.GetProperty("priority").GetString()), Is.EqualTo(("general", "medium")));
                Assert.That(session.GetProperty("customer_id").GetGuid(), Is.EqualTo(Customer.Uid));
                Assert.That(session.GetProperty("unread_count").GetInt64(), Is.EqualTo(unread));
                Assert.That(session.GetProperty("last_message").GetProperty("content").GetString(), Is.EqualTo("hello"));
            }
        }
        foreach (var reader in (User[])[Stranger, Other])
        {
            foreach (var list in (string[])["", "/my"])
                Assert.That((await ListAsync(reader, list)).Select(one => one.GetProperty("id").GetGuid()), Has.No.Member(thread.Uid), $"{reader.Role}");
            await Host.CallAsync("Support", reader, "GET", $"{Sessions}/{thread.Uid}", 404);
        }
    }

    [Test]
    public async Task Participants_join_write_type_and_read()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff, Stranger);
        var session_id = thread.Uid;
        await Host.SayAsync(thread.Id, Customer, "one");
        await using var customer = await Host.ConnectAsync("Support", Customer);
        await using var staff = await Host.ConnectAsync("Support", Staff);

        AssertOk(await customer.CallAsync("join_session", new { session_id }));
        AssertOk(await staff.CallAsync("join_session", new { session_id }));
        var joined = await staff.WaitForAsync("session_joined");
        Assert.That(joined.GetProperty("messages")[0].GetProperty("content").GetString(), Is.EqualTo("one"));
        Assert.That(
            joined.GetProperty("participants").EnumerateArray().Select(one => (one.GetProperty("user_id").GetGuid(), one.GetProperty("online").GetBoolean())),
            Is.EqualTo([(Customer.Uid, true), (Staff.Uid, true), (Stranger.Uid, false)]));
        Assert.That((await customer.WaitForAsync("messages_read", read => read.GetProperty("user_id").GetGuid() == Staff.Uid)).GetProperty("session_id").GetGuid(), Is.EqualTo(session_id));

        AssertOk(await staff.CallAsync("typing", new { session_id }));
        await customer.WaitForAsync("user_typing");
        AssertOk(await staff.CallAsync("send_message", new { session_id, content = "two", message_type = "text", temp_id = "temp-1" }));
        await Host.CallAsync("Support", Customer, "POST", $"{Sessions}/{session_id}/messages", 201, new { content = "three" });
        foreach (var socket in (RawSocketIo[])[customer, staff])
        {
            await socket.WaitForAsync("new_message", message => message.GetProperty("message").GetProperty("content").ValueEquals("three"));
            Assert.That(socket.Seen("new_message").Select(message => message.GetProperty("message").GetProperty("content").GetString()), Is.EqualTo(["two", "three"]));
        }
        await customer.WaitForAsync("typing_stopped");
        Assert.That(await UnreadAsync(Stranger, session_id), Is.EqualTo(3));
        await Host.CallAsync("Support", Stranger, "POST", $"{Sessions}/{session_id}/read", 200);
        Assert.That(await UnreadAsync(Stranger, session_id), Is.Zero);
    }

    [Test]
    public async Task Taking_closing_and_setting_the_status_of_a_thread_are_refused()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff);
        await using var staff = await Host.ConnectAsync("Support", Staff);

        await Host.CallAsync("Support", Staff, "POST", $"{Sessions}/{thread.Uid}/assign", 403);
        foreach (var status in (string[])["waiting", "active", "resolved", "closed"])
            await Host.CallAsync("Support", Staff, "PATCH", $"{Sessions}/{thread.Uid}/status", 403, new { status });
        foreach (var command in (string[])["accept_chat", "close_chat"])
            Assert.That((await staff.CallAsync(command, new { session_id = thread.Uid })).GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("forbidden"));
        Assert.That((await Host.CallAsync("Support", Staff, "GET", $"{Sessions}/{thread.Uid}", 200)).GetProperty("data").GetProperty("status").GetString(), Is.EqualTo("active"));
    }

    [Test]
    public async Task Who_is_taken_out_leaves_the_session_before_anything_more_is_said()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff);
        await using var customer = await Host.ConnectAsync("Support", Customer);
        await using var staff = await Host.ConnectAsync("Support", Staff);
        foreach (var socket in (RawSocketIo[])[customer, staff])
            AssertOk(await socket.CallAsync("join_session", new { session_id = thread.Uid }));

        await Host.RemoveAsync(thread, Staff);
        await Host.SayAsync(thread.Id, Customer, "one");
        await staff.FenceAsync();

        Assert.That((await customer.WaitForAsync("user_left")).GetProperty("user_id").GetGuid(), Is.EqualTo(Staff.Uid));
        Assert.That(staff.Seen("new_message"), Is.Empty);
        Assert.That((await staff.CallAsync("send_message", new { session_id = thread.Uid, content = "two" })).GetProperty("ok").GetBoolean(), Is.False);
    }

    private static void AssertOk(JsonElement ack) => Assert.That(ack.GetProperty("ok").GetBoolean(), Is.True, ack.GetRawText());

    private static async Task<JsonElement[]> ListAsync(User reader, string list) =>
        [.. (await Host.CallAsync("Support", reader, "GET", $"{Sessions}{list}", 200)).GetProperty("data").EnumerateArray()];

    private static async Task<long> UnreadAsync(User reader, Guid session) =>
        (await Host.CallAsync("Support", reader, "GET", $"{Sessions}/{session}", 200)).GetProperty("data").GetProperty("unread_count").GetInt64();
}
