using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Dialects.Consult;

/// <summary>The document's flows over Socket.IO, and what becomes of bad input.</summary>
public sealed class ConsultSocketTests
{
    private ConsultHost _host = null!;
    private User _customer = null!;
    private User _staff = null!;
    private User _other = null!;
    private Conversation _room = null!;

    [SetUp]
    public async Task SetUp()
    {
        _host = await ConsultHost.StartAsync();
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _staff = _host.Store.AddUser(Role.Staff, "staff1");
        _other = _host.Store.AddUser(Role.Staff, "staff2");
        _room = _host.Store.AddRoom(_customer);
    }

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [Test]
    public async Task Connected_follows_the_reply_whichever_way_the_token_comes()
    {
        var token = _host.Token(_customer);
        var server = _host.Client.BaseAddress!;
        foreach (var opening in new[]
        {
            ChatClient.OpenAsync(server, $$"""{"token":"{{token}}"}"""),
            ChatClient.OpenAsync(server, "", $"&token={token}"),
            ChatClient.OpenAsync(server, "{}", bearer: token),
        })
        {
            await using var client = await opening;
            Assert.That(await client.NextAsync("4"), Does.StartWith("40/chat,{\"sid\""));
            Assert.That(await client.NextAsync("4"),
                Is.EqualTo("""42/chat,["connected",{"message":"Connected to chat server","userId":1,"userRole":"CUSTOMER"}]"""));
        }
    }

    [TestCase("{}")]
    [TestCase("""{"token":"nonsense"}""")]
    [TestCase("""{"token":5}""")]
    public async Task A_bad_token_is_refused_by_CONNECT_ERROR(string auth)
    {
        await using var client = await ChatClient.OpenAsync(_host.Client.BaseAddress!, auth);

        Assert.That(await client.NextAsync("4"), Is.EqualTo("""44/chat,{"message":"Unauthorized"}"""));
    }

    [Test]
    public async Task A_store_that_is_away_is_told_by_CONNECT_ERROR()
    {
        var token = _host.Token(_customer);
        _host.Store.Failure = new UnavailableException(ChatError.DbUnavailable);
        await using var client = await ChatClient.OpenAsync(_host.Client.BaseAddress!, $$"""{"token":"{{token}}"}""");

        Assert.That(await client.NextAsync("4"),
            Is.EqualTo("""44/chat,{"message":"The database is unavailable, try again","data":{"code":"db_unavailable"}}"""));
        _host.Store.Failure = null;
    }

    [Test]
    public async Task Customer_and_staff_see_each_others_messages()
    {
        await using var customer = await ConnectAsync(_customer);
        await using var staff = await ConnectAsync(_staff);
        await customer.AskAsync("join_room", """{"roomId":1}""");
        Assert.That((await customer.EventAsync("joined_room")).GetProperty("message").GetString(), Is.EqualTo("Successfully joined room"));
        Assert.That((await customer.EventAsync("room_history")).GetProperty("pagination").GetProperty("total").GetInt64(), Is.Zero);
        await staff.AskAsync("join_room", """{"roomId":"1"}""");
        Assert.That((await customer.EventAsync("user_joined")).GetProperty("userName").GetString(), Is.EqualTo("staff1"));

        await customer.SendAsync("""42/chat,["send_message",{"roomId":1,"content":"Xin chào 👋"}]""");
        foreach (var client in new[] { customer, staff })
        {
            var message = await client.EventAsync("new_message");
            Assert.That(message.GetProperty("content").GetString(), Is.EqualTo("Xin chào 👋"));
            Assert.That(message.GetProperty("sender").GetProperty("userName").GetString(), Is.EqualTo("customer1"));
        }

        staff.Drop();
        Assert.That((await customer.EventAsync("user_left")).GetProperty("userId").GetInt64(), Is.EqualTo(_staff.Id.Value));
    }

    [Test]
    public async Task A_sender_that_never_joined_is_confirmed_first_and_then_hears_itself()
    {
        await using var customer = await ConnectAsync(_customer);
        await customer.SendAsync("""42/chat,7["send_message",{"roomId":1,"content":"hello","temp_id":"t1"}]""");

        Assert.That(await customer.NextAsync("4"), Does.StartWith("""43/chat,7[{"ok":true,"message":{"id":1,"""));
        Assert.That(await customer.NextAsync("4"), Does.StartWith("""42/chat,["new_message",{"id":1,"""));

        var again = await customer.AskAsync("send_message", """{"roomId":1,"content":"hello","temp_id":"t1"}""");
        Assert.That(again.GetProperty("message").GetProperty("id").GetInt64(), Is.EqualTo(1));
        Assert.That(await customer.UnreadAsync(), Is.Empty);
        Assert.That(_host.Store.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_repeated_join_shows_the_history_again_and_nothing_twice()
    {
        await using var staff = await ConnectAsync(_staff);
        await staff.AskAsync("join_room", """{"roomId":1}""");
        await using var customer = await ConnectAsync(_customer);
        for (var i = 0; i < 2; i++)
        {
            await customer.AskAsync("join_room", """{"roomId":1}""");
            await customer.EventAsync("joined_room");
            await customer.EventAsync("room_history");
        }
        await customer.AskAsync("send_message", """{"roomId":1,"content":"once"}""");

        Assert.That((await customer.UnreadAsync()).Single(), Does.Contain("new_message"));
        Assert.That((await staff.UnreadAsync()).Where(packet => packet.Contains("user_joined", StringComparison.Ordinal)), Has.Exactly(1).Items);
    }

    [Test]
    public async Task The_first_staff_message_assigns_and_the_loser_is_told_and_hears_no_more()
    {
        await using var winner = await ConnectAsync(_staff);
        await using var loser = await ConnectAsync(_other);
        await winner.AskAsync("join_room", """{"roomId":1}""");
        await loser.AskAsync("join_room", """{"roomId":1}""");
        await winner.AskAsync("send_message", """{"roomId":1,"content":"mine"}""");
        await loser.EventAsync("new_message");

        var refused = await loser.AskAsync("send_message", """{"roomId":1,"content":"mine too","temp_id":"t9"}""");
        Assert.That(refused.GetProperty("ok").GetBoolean(), Is.False);
        Assert.That(refused.GetProperty("error").GetProperty("winnerId").GetInt64(), Is.EqualTo(_staff.Id.Value));
        var error = await loser.EventAsync("error");
        Assert.That(error.GetProperty("event").GetString(), Is.EqualTo("send_message"));
        Assert.That(error.GetProperty("temp_id").GetString(), Is.EqualTo("t9"));
        await loser.UnreadAsync();
        await winner.AskAsync("send_message", """{"roomId":1,"content":"secret"}""");
        Assert.That(await loser.UnreadAsync(), Is.Empty);
        Assert.That(_host.Store.Messages, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_repeat_does_not_let_a_former_answerer_back_in()
    {
        await using var former = await ConnectAsync(_staff);
        await former.AskAsync("send_message", """{"roomId":1,"content":"mine","temp_id":"t1"}""");
        await _host.PostAsync(_customer, "/chat/rooms/1/sessions", new { title = "topic" }).JsonAsync(201);
        await _host.PostAsync(_other, "/chat/sessions/1/join").JsonAsync(200);

        await former.AskAsync("send_message", """{"roomId":1,"content":"mine","temp_id":"t1"}""");
        await former.UnreadAsync();
        await _host.PostAsync(_customer, "/chat/rooms/1/messages", new { content = "secret" }).JsonAsync(201);

        Assert.That(await former.UnreadAsync(), Is.Empty);
    }

    [Test]
    public async Task A_session_of_old_does_not_let_a_former_answerer_back_in()
    {
        await _host.PostAsync(_customer, "/chat/rooms/1/sessions", new { title = "first" }).JsonAsync(201);
        await using var former = await ConnectAsync(_staff);
        await former.AskAsync("join_session", """{"sessionId":1}""");
        await _host.PostAsync(_staff, "/chat/sessions/1/end").JsonAsync(200);
        await _host.PostAsync(_customer, "/chat/rooms/1/sessions", new { title = "second" }).JsonAsync(201);
        await _host.PostAsync(_other, "/chat/sessions/2/join").JsonAsync(200);
        await using var customer = await ConnectAsync(_customer);
        await customer.AskAsync("join_room", """{"roomId":1}""");
        await former.UnreadAsync();
        await customer.UnreadAsync();

        Assert.That((await former.AskAsync("join_session", """{"sessionId":1}""")).GetProperty("session").GetProperty("status").GetString(), Is.EqualTo("ENDED"));
        Assert.That((await former.AskAsync("leave_session", """{"sessionId":1}""")).GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("forbidden"));
        Assert.That(await customer.UnreadAsync(), Is.Empty, "someone who has no business here was heard");
        await former.EventAsync("error");
        await customer.AskAsync("send_message", """{"roomId":1,"content":"secret"}""");

        Assert.That(await former.UnreadAsync(), Is.Empty);
    }

    [Test]
    public async Task A_claim_over_the_socket_is_heard_by_all_whom_it_concerns()
    {
        await _host.PostAsync(_customer, "/chat/rooms/1/sessions", new { title = "topic" }).JsonAsync(201);
        await using var customer = await ConnectAsync(_customer);
        await using var staff = await ConnectAsync(_staff);

        Assert.That((await staff.AskAsync("join_session", """{"sessionId":1}""")).GetProperty("session").GetProperty("status").GetString(), Is.EqualTo("IN_PROGRESS"));
        Assert.That((await customer.EventAsync("session_joined")).GetProperty("staff").GetProperty("userName").GetString(), Is.EqualTo("staff1"));
        Assert.That((await staff.EventAsync("session_joined")).GetProperty("roomId").GetInt64(), Is.EqualTo(1));

        await customer.AskAsync("join_room", """{"roomId":1}""");
        Assert.That((await staff.AskAsync("leave_session", """{"sessionId":1}""")).GetProperty("ok").GetBoolean(), Is.True);
        Assert.That((await customer.EventAsync("session_left")).GetProperty("userId").GetInt64(), Is.EqualTo(_staff.Id.Value));

        await using var late = await ConnectAsync(_other);
        var refused = await late.AskAsync("join_session", """{"sessionId":1}""");
        Assert.That(refused.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("already_claimed"));
        Assert.That((await late.EventAsync("error")).GetProperty("message").GetString(), Is.EqualTo("Phiên tư vấn đã được nhân viên khác nhận"));
    }

    [Test]
    public async Task An_empty_key_does_not_hide_the_other()
    {
        await using var client = await ConnectAsync(_customer);
        const string Message = """{"roomId":1,"content":"once","temp_id":"","client_id":"k"}""";

        var first = await client.AskAsync("send_message", Message);
        var again = await client.AskAsync("send_message", Message);

        Assert.That(again.GetProperty("message").GetProperty("id").GetInt64(), Is.EqualTo(first.GetProperty("message").GetProperty("id").GetInt64()));
    }

    [TestCase("nonsense", "{}", "invalid")]
    [TestCase("join_room", "", "invalid")]
    [TestCase("join_room", "5", "invalid")]
    [TestCase("join_room", "{}", "invalid")]
    [TestCase("join_room", """{"roomId":"abc"}""", "invalid")]
    [TestCase("join_room", """{"roomId":9223372036854775808}""", "invalid")]
    [TestCase("join_room", """{"roomId":99}""", "not_found")]
    [TestCase("leave_room", "null", "invalid")]
    [TestCase("send_message", """{"roomId":1}""", "invalid")]
    [TestCase("send_message", """{"roomId":1,"content":" \u0000 "}""", "invalid")]
    [TestCase("send_message", """{"roomId":1,"content":{}}""", "invalid")]
    [TestCase("send_message", """{"roomId":2,"content":"x"}""", "not_found")]
    [TestCase("join_session", """{"sessionId":1}""", "forbidden")]
    [TestCase("leave_session", """{"sessionId":1}""", "not_found")]
    public async Task A_bad_event_is_answered_twice_and_the_socket_lives_on(string name, string argument, string code)
    {
        _host.Store.AddRoom(_host.Store.AddUser(Role.Customer, "customer2"));
        await using var client = await ConnectAsync(_customer);

        var answer = await client.AskAsync(name, argument);
        Assert.That(answer.GetProperty("ok").GetBoolean(), Is.False);
        Assert.That(answer.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo(code));
        var error = await client.EventAsync("error");
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(error.GetProperty("event").GetString(), Is.EqualTo(name));
        Assert.That((await client.AskAsync("join_room", """{"roomId":1}""")).GetProperty("ok").GetBoolean(), Is.True);
        Assert.That(_host.Store.Messages, Is.Empty);
    }

    [Test]
    public async Task Faults_are_told_without_details_and_the_socket_lives_on()
    {
        await using var client = await ConnectAsync(_customer);
        foreach (var (failure, code) in new (Exception, string)[]
        {
            (new UnavailableException(ChatError.DbUnavailable), "db_unavailable"),
            (new InvalidCastException("secret"), "internal"),
        })
        {
            _host.Store.Failure = failure;
            var answer = await client.AskAsync("send_message", """{"roomId":1,"content":"x"}""");
            Assert.That(answer.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo(code));
            Assert.That((await client.NextAsync("42/chat,[\"error\"")), Does.Not.Contain("secret"));
        }
        _host.Store.Failure = null;
        Assert.That((await client.AskAsync("send_message", """{"roomId":1,"content":"x"}""")).GetProperty("ok").GetBoolean(), Is.True);
    }

    [Test]
    public async Task A_broken_connections_rooms_are_shown_again_once()
    {
        await using var first = await ConnectAsync(_customer);
        await using var staff = await ConnectAsync(_staff);
        await staff.AskAsync("join_room", """{"roomId":1}""");
        await first.AskAsync("join_room", """{"roomId":1}""");
        first.Drop();
        await staff.EventAsync("user_left");
        await staff.AskAsync("send_message", """{"roomId":1,"content":"missed"}""");

        await using var second = await ConnectAsync(_customer);
        await second.EventAsync("joined_room");
        var history = await second.EventAsync("room_history");
        Assert.That(history.GetProperty("messages")[0].GetProperty("content").GetString(), Is.EqualTo("missed"));

        await using var third = await ConnectAsync(_customer);
        Assert.That(await third.UnreadAsync(), Is.Empty);
    }

    [Test]
    public async Task A_clean_goodbye_is_not_remembered()
    {
        await using var first = await ConnectAsync(_customer);
        await using var staff = await ConnectAsync(_staff);
        await staff.AskAsync("join_room", """{"roomId":1}""");
        await first.AskAsync("join_room", """{"roomId":1}""");
        await first.SendAsync("41/chat,");
        await staff.EventAsync("user_left");

        await using var second = await ConnectAsync(_customer);
        Assert.That(await second.UnreadAsync(), Is.Empty);
    }

    [Test]
    public async Task A_deactivated_users_socket_is_told_and_let_go()
    {
        await using var client = await ConnectAsync(_customer);
        _host.Store.Users[_customer.Id] = _customer with { Active = false };

        await _host.SweepAsync();

        Assert.That(await client.NextAsync("4"), Is.EqualTo("""42/chat,["error",{"message":"Account deactivated","code":"unauthorized"}]"""));
        Assert.That(await client.NextAsync("4"), Does.StartWith("41/chat"));
    }

    [Test]
    public async Task An_event_under_an_expired_credential_is_refused_and_ends_the_socket()
    {
        await using var client = await ConnectAsync(_customer);
        _host.Time.Shift = TimeSpan.FromHours(2);

        var answer = await client.AskAsync("send_message", """{"roomId":1,"content":"x"}""");
        Assert.That(answer.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("unauthorized"));
        Assert.That(await client.NextAsync("42/chat,[\"error\""), Is.EqualTo("""42/chat,["error",{"message":"Token expired","code":"unauthorized"}]"""));
        Assert.That(await client.NextAsync("41"), Does.StartWith("41/chat"));
        Assert.That(_host.Store.Messages, Is.Empty);
    }

    [Test]
    public async Task Three_tabs_hear_each_message_once_and_count_as_one()
    {
        await using var customer = await ConnectAsync(_customer);
        await customer.AskAsync("join_room", """{"roomId":1}""");
        ChatClient[] tabs = [await ConnectAsync(_staff), await ConnectAsync(_staff), await ConnectAsync(_staff)];
        foreach (var tab in tabs)
            await tab.AskAsync("join_room", """{"roomId":1}""");
        await tabs[0].AskAsync("send_message", """{"roomId":1,"content":"once"}""");

        foreach (var tab in tabs)
        {
            Assert.That((await tab.UnreadAsync()).Where(packet => packet.Contains("new_message", StringComparison.Ordinal)), Has.Exactly(1).Items);
            await tab.AskAsync("leave_room", """{"roomId":1}""");
            await tab.DisposeAsync();
        }
        var heard = await customer.UnreadAsync();
        Assert.That(heard.Where(packet => packet.Contains("user_joined", StringComparison.Ordinal)), Has.Exactly(1).Items);
        Assert.That(heard.Where(packet => packet.Contains("user_left", StringComparison.Ordinal)), Has.Exactly(1).Items);
    }

    /// <summary>Connects, and reads the CONNECT reply and <c>connected</c>.</summary>
    private async Task<ChatClient> ConnectAsync(User user)
    {
        var client = await ChatClient.OpenAsync(_host.Client.BaseAddress!, $$"""{"token":"{{_host.Token(user)}}"}""");
        await client.NextAsync("40/chat,{\"sid\"");
        await client.EventAsync("connected");
        return client;
    }
}
