using System.Text.Json;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;
using ChatServer.Tests.Dialects.Consult;

namespace ChatServer.Tests.Dialects.Restaurant;

/// <summary>The document's flow over Socket.IO: who hears what, how often, and in which words.</summary>
public sealed class RestaurantSocketTests
{
    private RestaurantHost _host = null!;
    private User _customer = null!;
    private User _staff = null!;
    private User _other = null!;

    [SetUp]
    public async Task SetUp()
    {
        _host = await RestaurantHost.StartAsync();
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _staff = _host.Store.AddUser(Role.Staff, "staff1");
        _other = _host.Store.AddUser(Role.Staff, "staff2");
    }

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [Test]
    public async Task Customer_and_all_staff_hear_each_message_exactly_once()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await using var staff = await _host.ConnectAsync(_staff);
        await using var other = await _host.ConnectAsync(_other);

        await customer.AskAsync("send_message", """{"noi_dung":"Xin chào"}""");
        await staff.AskAsync("send_message", $$"""{"noi_dung":"Dạ","customer_id":"{{_customer.Id.Value}}"}""");

        foreach (var client in (ChatClient[])[customer, staff, other])
        {
            Assert.That((await client.EventAsync("new_message")).GetProperty("noi_dung").GetString(), Is.EqualTo("Xin chào"));
            Assert.That((await client.EventAsync("new_message")).GetProperty("noi_dung").GetString(), Is.EqualTo("Dạ"));
            Assert.That(await client.UnreadAsync(), Has.None.Contains("new_message"));
        }
    }

    [Test]
    public async Task A_message_has_the_documented_fields_and_both_spellings()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await customer.AskAsync("send_message", """{"noi_dung":"Tôi muốn đặt bàn"}""");
        await using var staff = await _host.ConnectAsync(_staff);
        await staff.AskAsync("send_message", """{"noi_dung":"Dạ","customer_id":1}""");

        var said = await customer.EventAsync("new_message");
        var stored = _host.Store.Messages[0].Message;
        Wire.CheckJson(said.GetRawText(), $$"""
            {"id":1,"conversation_id":1,"nguoi_goi_id":1,"nguoi_goi_name":"Nguyen Van A","noi_dung":"Tôi muốn đặt bàn","thoi_gian":"{{stored.CreatedAt:yyyy-MM-ddTHH:mm:ss.ffffff}}Z",
             "nguoi_goi":1,"conversation":{"id":1,"customer_id":1,"customer_name":"Nguyen Van A","customer_phone":null,"last_message_at":"{{stored.CreatedAt:yyyy-MM-ddTHH:mm:ss.ffffff}}Z"},"seq":1}
            """);
        var answered = await customer.EventAsync("new_message");
        Assert.That(answered.GetProperty("nguoi_goi_name").GetString(), Is.EqualTo("Nhân viên"));
        Assert.That(answered.GetProperty("nguoi_goi_id").GetInt64(), Is.EqualTo(_staff.Id.Value));
        Assert.That((await staff.EventAsync("new_message")).GetRawText(), Is.EqualTo(answered.GetRawText()), "one encoding for everybody");
    }

    [Test]
    public async Task Staff_are_told_of_a_new_conversation_and_of_every_move_in_the_list()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await using var staff = await _host.ConnectAsync(_staff);

        await customer.AskAsync("send_message", """{"noi_dung":"một"}""");
        await customer.AskAsync("send_message", """{"noi_dung":"hai"}""");

        var fresh = await staff.EventAsync("new_conversation");
        Assert.That(fresh.GetProperty("customer_id").GetInt64(), Is.EqualTo(_customer.Id.Value));
        Assert.That(fresh.GetProperty("last_message").GetProperty("noi_dung").GetString(), Is.EqualTo("một"));
        Assert.That((await staff.EventAsync("update_conversation_list")).GetProperty("is_new").GetBoolean(), Is.True);
        var moved = await staff.EventAsync("update_conversation_list");
        Assert.That(moved.GetProperty("is_new").GetBoolean(), Is.False);
        Assert.That(moved.GetProperty("last_message").GetProperty("nguoi_goi_name").GetString(), Is.EqualTo("Nguyen Van A"));
        Assert.That(await staff.UnreadAsync(), Has.None.Contains("new_conversation"));
        Assert.That(await customer.UnreadAsync(), Has.None.Contains("conversation_list").And.None.Contains("new_conversation"));
    }

    [Test]
    public async Task Staff_write_to_a_customer_who_never_wrote()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await using var staff = await _host.ConnectAsync(_staff);

        var ack = await staff.AskAsync("send_message", """{"noi_dung":"Bàn của anh đã sẵn sàng","customer_id":1}""");

        Assert.That(ack.GetProperty("ok").GetBoolean(), Is.True);
        Assert.That(ack.GetProperty("message").GetProperty("nguoi_goi_name").GetString(), Is.EqualTo("Nguyen Van A"), "staff see real names");
        Assert.That((await customer.EventAsync("new_message")).GetProperty("noi_dung").GetString(), Is.EqualTo("Bàn của anh đã sẵn sàng"));
        Assert.That(_host.Store.Conversations.Values.Single(), Has.Property("Kind").EqualTo(ConversationKind.Channel));
    }

    [Test]
    public async Task Nobody_speaks_as_somebody_else()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await customer.AskAsync("send_message", """{"noi_dung":"giả","user_id":2,"customer_id":3,"nguoi_goi_id":2}""");

        var said = await customer.EventAsync("new_message");

        Assert.That(said.GetProperty("nguoi_goi_id").GetInt64(), Is.EqualTo(_customer.Id.Value));
        Assert.That(said.GetProperty("conversation").GetProperty("customer_id").GetInt64(), Is.EqualTo(_customer.Id.Value));
    }

    [Test]
    public async Task Several_sockets_of_one_user_all_hear()
    {
        await using var first = await _host.ConnectAsync(_customer);
        await using var second = await _host.ConnectAsync(_customer);
        await second.AskAsync("send_message", """{"noi_dung":"hai máy"}""");

        foreach (var client in (ChatClient[])[first, second])
        {
            Assert.That((await client.EventAsync("new_message")).GetProperty("noi_dung").GetString(), Is.EqualTo("hai máy"));
            Assert.That(await client.UnreadAsync(), Is.Empty.Or.All.Contains("Unknown event"));
        }
    }

    [Test]
    public async Task A_customer_hears_nothing_of_another()
    {
        var stranger = _host.Store.AddUser(Role.Customer, "customer2");
        await using var listening = await _host.ConnectAsync(stranger);
        await using var customer = await _host.ConnectAsync(_customer);
        await using var staff = await _host.ConnectAsync(_staff);

        await customer.AskAsync("typing", """{"is_typing":true}""");
        await customer.AskAsync("send_message", """{"noi_dung":"riêng"}""");
        await staff.AskAsync("send_message", """{"noi_dung":"riêng","customer_id":1}""");

        Assert.That(await listening.UnreadAsync(), Is.Empty.Or.All.Contains("Unknown event"));
    }

    [Test]
    public async Task Typing_is_told_to_the_other_side_and_ends_by_itself()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await using var staff = await _host.ConnectAsync(_staff);
        await using var other = await _host.ConnectAsync(_other);

        await customer.AskAsync("typing", """{"is_typing":true}""");
        Wire.CheckJson((await staff.EventAsync("user_typing")).GetRawText(), """{"user_id":1,"user_name":"Nguyen Van A","is_typing":true,"customer_id":1,"conversation_id":1}""");
        await customer.AskAsync("typing", """{"is_typing":false}""");
        Assert.That((await staff.EventAsync("user_typing")).GetProperty("is_typing").GetBoolean(), Is.False);

        await staff.AskAsync("typing", """{"is_typing":true,"customer_id":1}""");
        Wire.CheckJson((await customer.EventAsync("user_typing")).GetRawText(), """{"user_id":2,"user_name":"Nhân viên","is_typing":true,"customer_id":1,"conversation_id":1}""");
        Assert.That((await other.EventAsync("user_typing")).GetProperty("user_id").GetInt64(), Is.EqualTo(1));
        Assert.That(await staff.UnreadAsync(), Has.None.Contains("user_typing"), "not to themselves");
        staff.Drop();
        Assert.That((await customer.EventAsync("user_typing")).GetProperty("is_typing").GetBoolean(), Is.False);
    }

    [Test]
    public async Task A_message_ends_the_typing_of_its_sender()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await using var staff = await _host.ConnectAsync(_staff);
        await customer.AskAsync("typing", """{"is_typing":true}""");
        await customer.AskAsync("send_message", """{"noi_dung":"xong"}""");

        Assert.That((await staff.EventAsync("user_typing")).GetProperty("is_typing").GetBoolean(), Is.True);
        Assert.That((await staff.EventAsync("user_typing")).GetProperty("is_typing").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Join_conversation_is_taken_from_staff_and_answered_by_nothing_but_an_acknowledgement()
    {
        await using var staff = await _host.ConnectAsync(_staff);

        var ack = await staff.AskAsync("join_conversation", """{"customer_id":1}""");

        Wire.CheckJson(ack.GetRawText(), """{"ok":true,"customer_id":1}""");
        Assert.That(_host.Store.Conversations, Is.Empty, "looking at a customer begins nothing");
    }

    [Test]
    public async Task A_client_that_names_its_newest_message_is_sent_what_it_missed()
    {
        await using var staff = await _host.ConnectAsync(_staff);
        foreach (var text in new[] { "một", "hai", "ba" })
            await staff.AskAsync("send_message", $$"""{"noi_dung":"{{text}}","customer_id":1}""");

        await using var unasked = await _host.ConnectAsync(_customer);
        await using var asked = await _host.ConnectAsync(_customer, ",\"last_message_id\":1");

        Assert.That(await unasked.UnreadAsync(), Has.None.Contains("new_message"));
        Assert.That((await asked.EventAsync("new_message")).GetProperty("noi_dung").GetString(), Is.EqualTo("hai"));
        Assert.That((await asked.EventAsync("new_message")).GetProperty("noi_dung").GetString(), Is.EqualTo("ba"));
    }

    [TestCase("", false)]
    [TestCase(",\"recover\":true", true)]
    [TestCase(",\"recover\":1", true)]
    public async Task Events_carry_offsets_only_for_clients_that_ask(string more, bool recovers)
    {
        await using var customer = await _host.OpenAsync($$"""{"user_id":1{{more}}}""");
        var reply = JsonElement.Parse((await customer.NextAsync("40"))[2..]);
        await customer.AskAsync("send_message", """{"noi_dung":"x"}""");

        var heard = JsonElement.Parse((await customer.NextAsync("42[\"new_message\""))[2..]);

        Assert.That(reply.TryGetProperty("pid", out _), Is.EqualTo(recovers));
        Assert.That(heard.GetArrayLength(), Is.EqualTo(recovers ? 3 : 2));
    }
}
