using System.Text.Json;
using ChatServer.Chat.Users;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Threads;

/// <summary>A thread in consult's dialect: one more room, joined as any other.</summary>
public sealed class ConsultThreadTests : ThreadTests
{
    [Test]
    public async Task A_thread_is_a_room_of_everybody_who_takes_part_and_of_nobody_else()
    {
        var thread = await Host.OpenAsync("Tư vấn", Customer, Staff);
        await Host.SayAsync(thread.Id, Staff, "Xin chào");

        foreach (var reader in (User[])[Customer, Staff])
        {
            var room = (await RoomsAsync(reader)).Single(one => one.GetProperty("id").GetInt64() == thread.Id.Value);
            Assert.That((room.GetProperty("name").GetString(), room.GetProperty("isClosed").GetBoolean()), Is.EqualTo(("Tư vấn", false)));
            Assert.That(room.GetProperty("customer").GetProperty("id").GetInt64(), Is.EqualTo(Customer.Id.Value));
            Assert.That(room.GetProperty("staffId").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(room.GetProperty("messages")[0].GetProperty("content").GetString(), Is.EqualTo("Xin chào"));
        }
        foreach (var reader in (User[])[Stranger, Other, Admin])
            Assert.That((await RoomsAsync(reader)).Select(one => one.GetProperty("id").GetInt64()), Has.No.Member(thread.Id.Value), $"{reader.Role}");
        foreach (var list in (string[])["unassigned", "assigned"])
        {
            var rooms = await Host.CallAsync("Consult", Staff, "GET", $"/api/chat/rooms/{list}", 200);
            Assert.That(rooms.EnumerateArray().Select(one => one.GetProperty("id").GetInt64()), Has.No.Member(thread.Id.Value), "nobody is to take it");
        }
        await Host.CallAsync("Consult", Customer, "POST", $"/api/chat/rooms/{thread.Id.Value}/sessions", 403, new { title = "Tư vấn" });
        await Host.CallAsync("Consult", Other, "GET", $"/api/chat/rooms/{thread.Id.Value}/messages", 403);
        await Host.CallAsync("Consult", Stranger, "GET", $"/api/chat/rooms/{thread.Id.Value}", 404);
    }

    [Test]
    public async Task Participants_join_hear_answer_and_read()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff);
        await using var customer = await Host.ConnectAsync("Consult", Customer);
        await using var staff = await Host.ConnectAsync("Consult", Staff);
        ConsultAck.AssertOk(await customer.CallAsync("join_room", new { roomId = thread.Id.Value }));
        Assert.That((await customer.WaitForAsync("joined_room")).GetProperty("roomId").GetInt64(), Is.EqualTo(thread.Id.Value));

        var first = ConsultAck.MessageId(await staff.CallAsync("send_message", new { roomId = thread.Id.Value, content = "một" }));
        ConsultAck.AssertOk(await customer.CallAsync("send_message", new { roomId = thread.Id.Value, content = "hai" }));
        await Host.SayAsync(thread.Id, Customer, "ba");

        foreach (var socket in (RawSocketIo[])[customer, staff])
        {
            await socket.WaitForAsync("new_message", message => message.GetProperty("content").ValueEquals("ba"));
            Assert.That(socket.Seen("new_message").Select(message => message.GetProperty("content").GetString()), Is.EqualTo(["một", "hai", "ba"]));
        }
        var history = await Host.CallAsync("Consult", Staff, "GET", $"/api/chat/rooms/{thread.Id.Value}/messages", 200);
        Assert.That(history.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()), Is.EqualTo(["một", "hai", "ba"]));
        await Host.CallAsync("Consult", Customer, "PATCH", $"/api/chat/messages/{first}/read", 200);
        Assert.That((await Host.CallAsync("Consult", Staff, "PATCH", $"/api/chat/rooms/{thread.Id.Value}/read-all", 200)).GetProperty("count").GetInt32(), Is.EqualTo(2));
        Assert.That((await Host.CallAsync("Consult", Staff, "GET", $"/api/chat/rooms/{thread.Id.Value}", 200)).GetProperty("staffId").ValueKind, Is.EqualTo(JsonValueKind.Null), "an answer takes nothing over");
    }

    [Test]
    public async Task Who_is_taken_out_leaves_the_room_before_anything_more_is_said()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff);
        await using var customer = await Host.ConnectAsync("Consult", Customer);
        await using var staff = await Host.ConnectAsync("Consult", Staff);
        foreach (var socket in (RawSocketIo[])[customer, staff])
            ConsultAck.AssertOk(await socket.CallAsync("join_room", new { roomId = thread.Id.Value }));

        await Host.RemoveAsync(thread, Staff);
        await Host.SayAsync(thread.Id, Customer, "một");
        await staff.FenceAsync();

        Assert.That((await customer.WaitForAsync("user_left")).GetProperty("userId").GetInt64(), Is.EqualTo(Staff.Id.Value));
        Assert.That(staff.Seen("new_message"), Is.Empty);
        Assert.That(ConsultAck.Code(await staff.CallAsync("join_room", new { roomId = thread.Id.Value })), Is.EqualTo("forbidden"));
        Assert.That(ConsultAck.Code(await staff.CallAsync("send_message", new { roomId = thread.Id.Value, content = "hai" })), Is.EqualTo("forbidden"));
    }

    private static async Task<JsonElement[]> RoomsAsync(User reader) => [.. (await Host.CallAsync("Consult", reader, "GET", "/api/chat/rooms", 200)).EnumerateArray()];
}
