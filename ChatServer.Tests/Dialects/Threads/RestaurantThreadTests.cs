using System.Text.Json;
using ChatServer.Chat.Users;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Threads;

/// <summary>A thread in the restaurant's dialect: one more conversation, answered by its id.</summary>
public sealed class RestaurantThreadTests : ThreadTests
{
    private const string Chat = "/api/chat/conversations";

    [Test]
    public async Task A_thread_is_listed_and_read_by_who_takes_part_and_hidden_from_others()
    {
        var thread = await Host.OpenAsync("Đơn hàng", Customer, Staff);
        await Host.SayAsync(thread.Id, Customer, "Xin <b>chào</b>");

        foreach (var (reader, unread) in new[] { (Customer, 0), (Staff, 1) })
        {
            var listed = await ListedAsync(reader, thread.Id.Value);
            Assert.That(listed.GetProperty("customer").GetInt64(), Is.EqualTo(Customer.Id.Value));
            Assert.That(listed.GetProperty("is_staff_group").GetBoolean(), Is.False);
            Assert.That(listed.GetProperty("last_message").GetProperty("noi_dung").GetString(), Is.EqualTo("Xin chào"));
            Assert.That(listed.GetProperty("unread_count").GetInt32(), Is.EqualTo(unread));
            Assert.That((await Host.CallAsync("Restaurant", reader, "GET", $"{Chat}/{thread.Id.Value}/messages/", 200)).GetArrayLength(), Is.EqualTo(1));
        }
        Assert.That((await ListedAsync(Staff, thread.Id.Value)).GetProperty("unread_count").GetInt32(), Is.Zero, "fetched is read");
        Assert.That(await ListAsync(Stranger), Has.None.EqualTo(thread.Id.Value));
        Assert.That(await ListAsync(Other), Has.None.EqualTo(thread.Id.Value));
        await Host.CallAsync("Restaurant", Stranger, "GET", $"{Chat}/{thread.Id.Value}/", 404);
        await Host.CallAsync("Restaurant", Other, "GET", $"{Chat}/{thread.Id.Value}/", 403);
        Assert.That((await Host.CallAsync("Restaurant", Staff, "GET", "/api/chat/messages/?limit=1", 200))[0].GetProperty("conversation").GetInt64(), Is.EqualTo(thread.Id.Value));
    }

    [Test]
    public async Task A_thread_is_heard_live_and_answered_by_its_id_over_sockets_and_rest()
    {
        var thread = await Host.OpenAsync(null, Staff, Customer);
        await using var customer = await Host.ConnectAsync("Restaurant", Customer);
        await using var staff = await Host.ConnectAsync("Restaurant", Staff);
        await using var other = await Host.ConnectAsync("Restaurant", Other);

        Assert.That((await staff.CallAsync("typing", new { is_typing = true, conversation_id = thread.Id.Value })).GetProperty("ok").GetBoolean(), Is.True);
        var sent = await staff.CallAsync("send_message", new { noi_dung = "một", conversation_id = thread.Id.Value });
        Assert.That(sent.GetProperty("message").GetProperty("conversation").GetInt64(), Is.EqualTo(thread.Id.Value));
        await customer.CallAsync("send_message", new { noi_dung = "hai", conversation_id = $"{thread.Id.Value}" });
        await Host.CallAsync("Restaurant", Customer, "POST", $"{Chat}/{thread.Id.Value}/send_message/", 201, new { noi_dung = "ba" });

        foreach (var socket in (RawSocketIo[])[customer, staff])
        {
            await socket.WaitForAsync("new_message", message => IsOf(thread.Id.Value, message) && message.GetProperty("seq").GetInt64() == 3);
            var heard = socket.Seen("new_message").Where(message => IsOf(thread.Id.Value, message)).ToList();
            Assert.That(heard.Select(message => message.GetProperty("noi_dung").GetString()), Is.EqualTo(["một", "hai", "ba"]));
            Assert.That(heard[0].GetProperty("nguoi_goi_name").GetString(), Is.EqualTo("Nhân viên"));
            Assert.That(heard[0].GetProperty("conversation").GetProperty("customer_name").GetString(), Is.EqualTo("Nhân viên"), "who serves is not named");
        }
        var typing = await customer.WaitForAsync("user_typing", one => IsOf(thread.Id.Value, one));
        Assert.That(typing.GetProperty("is_typing").GetBoolean(), Is.True);
        await other.FenceAsync();
        Assert.That(other.Seen("new_message").Where(message => IsOf(thread.Id.Value, message)), Is.Empty);
        var shown = await ListedAsync(Customer, thread.Id.Value);
        Assert.That(shown.GetProperty("customer_info").GetProperty("ho_ten").GetString(), Is.EqualTo("Nhân viên"));
    }

    [Test]
    public async Task Who_does_not_take_part_can_neither_write_nor_type_there()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff);
        await using var stranger = await Host.ConnectAsync("Restaurant", Stranger);
        await using var other = await Host.ConnectAsync("Restaurant", Other);

        foreach (var socket in (RawSocketIo[])[stranger, other])
        {
            Assert.That(CodeOf(await socket.CallAsync("send_message", new { noi_dung = "nghe", conversation_id = thread.Id.Value })), Is.EqualTo("forbidden"));
            Assert.That((await socket.CallAsync("typing", new { conversation_id = thread.Id.Value })).GetProperty("ok").GetBoolean(), Is.False);
        }
        Assert.That(CodeOf(await stranger.CallAsync("send_message", new { noi_dung = "nghe", conversation_id = 987654321 })), Is.EqualTo("forbidden"), "whether there is one is not told");
        await Host.CallAsync("Restaurant", Stranger, "POST", $"{Chat}/{thread.Id.Value}/send_message/", 403, new { noi_dung = "nghe" });
        Assert.That((await stranger.CallAsync("send_message", new { noi_dung = "kênh" })).GetProperty("message").GetProperty("conversation").GetInt64(), Is.Not.EqualTo(thread.Id.Value));
    }

    [Test]
    public async Task Who_is_taken_out_hears_nothing_any_more()
    {
        var thread = await Host.OpenAsync(null, Customer, Staff, Stranger);
        await using var socket = await Host.ConnectAsync("Restaurant", Stranger);
        await Host.SayAsync(thread.Id, Customer, "một");
        await socket.WaitForAsync("new_message", message => IsOf(thread.Id.Value, message));

        await Host.RemoveAsync(thread, Stranger);
        await Host.SayAsync(thread.Id, Customer, "hai");
        await socket.FenceAsync();

        Assert.That(socket.Seen("new_message").Count(message => IsOf(thread.Id.Value, message)), Is.EqualTo(1));
        Assert.That(await ListAsync(Stranger), Has.None.EqualTo(thread.Id.Value));
    }

    private static bool IsOf(long thread, JsonElement payload) => payload.GetProperty("conversation_id").GetInt64() == thread;

    private static string? CodeOf(JsonElement ack) => ack.GetProperty("error").GetProperty("code").GetString();

    private static async Task<long[]> ListAsync(User reader) =>
        [.. (await Host.CallAsync("Restaurant", reader, "GET", $"{Chat}/", 200)).EnumerateArray().Select(one => one.GetProperty("id").GetInt64())];

    private static async Task<JsonElement> ListedAsync(User reader, long thread) =>
        (await Host.CallAsync("Restaurant", reader, "GET", $"{Chat}/", 200)).EnumerateArray().Single(one => one.GetProperty("id").GetInt64() == thread);
}
