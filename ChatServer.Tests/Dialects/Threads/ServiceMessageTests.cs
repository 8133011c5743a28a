using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Threads;

/// <summary>What a service says in a channel, a room, a session and a stay, for nobody in particular or for somebody who is not the customer.</summary>
public sealed class ServiceMessageTests : ThreadTests
{
    private User _system = null!;

    [OneTimeSetUp]
    public async Task MakeTheSystem() =>
        _system = await Host.Get<IUserRepository>().EnsureAsync(Data.TestStore.Subject(User.SystemId), new UserClaims(Role.Customer), default);

    [Test]
    public async Task In_a_channel_the_system_speaks_as_staff_do_and_others_by_name()
    {
        var channel = await Host.Get<IConversationRepository>().EnsureAsync(ConversationKind.Channel, Customer.Id, default);
        await using var customer = await Host.ConnectAsync("Restaurant", Customer);
        await using var staff = await Host.ConnectAsync("Restaurant", Staff);

        var (notice, word) = await SpeakAsync(channel.Id);

        foreach (var socket in (RawSocketIo[])[customer, staff])
        {
            var heard = await socket.WaitForAsync("new_message", message => message.GetProperty("id").GetInt64() == notice);
            Assert.That((heard.GetProperty("nguoi_goi_name").GetString(), heard.GetProperty("nguoi_goi_id").GetInt64()), Is.EqualTo(("Nhân viên", _system.Id.Value)));
            heard = await socket.WaitForAsync("new_message", message => message.GetProperty("id").GetInt64() == word);
            Assert.That(heard.GetProperty("nguoi_goi_name").GetString(), Is.EqualTo("Sophie Six"));
        }
        var read = await Host.CallAsync("Restaurant", Customer, "GET", $"/api/chat/conversations/{channel.Id.Value}/messages/", 200);
        Assert.That(read.EnumerateArray().TakeLast(2).Select(message => message.GetProperty("nguoi_goi_name").GetString()), Is.EqualTo(["Nhân viên", "Sophie Six"]));
    }

    [Test]
    public async Task In_a_room_nobody_takes_it_over_by_it()
    {
        var room = await Host.Get<IConversationRepository>().EnsureAsync(ConversationKind.Room, Customer.Id, default);
        await using var customer = await Host.ConnectAsync("Consult", Customer);
        ConsultAck.AssertOk(await customer.CallAsync("join_room", new { roomId = room.Id.Value }));

        var (notice, word) = await SpeakAsync(room.Id);
        var answer = (await Host.SayAsync(room.Id, Staff, "as staff")).Id.Value;

        foreach (var (id, name) in new[] { (notice, "system"), (word, "user6"), (answer, "user2") })
        {
            var heard = await customer.WaitForAsync("new_message", message => message.GetProperty("id").GetInt64() == id);
            Assert.That(heard.GetProperty("sender").GetProperty("userName").GetString(), Is.EqualTo(name));
        }
        Assert.That((await Host.CallAsync("Consult", Customer, "GET", $"/api/chat/rooms/{room.Id.Value}", 200)).GetProperty("staffId").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task In_a_session_the_system_speaks_as_the_desk_and_others_by_name()
    {
        var opened = await Host.Get<TicketService>().OpenAsync(
            new Caller(Customer, "support", DateTimeOffset.MaxValue), new OpenTicket("Help", null, null, null, null, null, null), default);
        var session = opened.Value!.Detail.Ticket.Conversation;
        await using var customer = await Host.ConnectAsync("Support", Customer);
        await customer.CallAsync("join_session", new { session_id = session.Uid });

        await SpeakAsync(session.Id);

        var heard = new List<(string?, string?)>();
        foreach (var text in (string[])["notice", "word"])
        {
            var message = (await customer.WaitForAsync("new_message", one => one.GetProperty("message").GetProperty("content").ValueEquals(text))).GetProperty("message");
            heard.Add((message.GetProperty("sender_role").GetString(), message.GetProperty("sender_name").GetString()));
        }
        Assert.That(heard, Is.EqualTo([("support", "System"), ("customer", "Sophie Six")]));
        var found = await Host.CallAsync("Support", Staff, "GET", $"/api/v1/chat/sessions/{session.Uid}/messages", 200);
        Assert.That(found.GetProperty("data").EnumerateArray().Select(message => message.GetProperty("content").GetString()), Is.EqualTo(["word", "notice"]));
    }

    [Test]
    public async Task In_a_stay_the_system_is_itself_and_others_answer()
    {
        await using var telephone = await Host.ConnectGuestAsync("+1234567890");
        await using var reception = await Host.ConnectHotelAsync(Staff, "reception/");
        var opened = await Host.Get<StayService>().OpenAsync(new Caller(Staff, "hotel", DateTimeOffset.MaxValue), "+1234567890", "reception", default);
        var stay = opened.Value.Conversation;

        await SpeakAsync(stay.Id);

        foreach (var socket in (Hotel.HotelSocket[])[telephone, reception])
        {
            var (notice, word) = (await socket.MessageAsync("notice"), await socket.MessageAsync("word"));
            Assert.That((notice.GetProperty("sender_type").GetString(), notice.GetProperty("sender_name").GetString()), Is.EqualTo(("system", "System")));
            Assert.That((word.GetProperty("sender_type").GetString(), word.GetProperty("sender_name").GetString()), Is.EqualTo(("staff", "Sophie Six")));
        }
        var shown = await Host.CallAsync("Hotel", Staff, "GET", $"/api/chat/conversations/{stay.Id.Value}/", 200);
        Assert.That(shown.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("sender_type").GetString()), Is.EqualTo(["system", "staff"]));
    }

    /// <summary>Says something for the system, and for a customer whose conversation it is not.</summary>
    private async Task<(long Notice, long Word)> SpeakAsync(ConversationId conversation) =>
        ((await Host.SayAsync(conversation, _system, "notice")).Id.Value, (await Host.SayAsync(conversation, Stranger, "word")).Id.Value);
}
