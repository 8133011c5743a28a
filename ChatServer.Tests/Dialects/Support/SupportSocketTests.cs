using ChatServer.Chat.Messages;
using ChatServer.Tests.Dialects.Consult;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>The document's flows over Socket.IO.</summary>
public sealed class SupportSocketTests : SupportTests
{
    [Test]
    public async Task A_token_is_taken_from_the_payload_or_the_header_and_asked_for_in_the_originals_words()
    {
        await using var byPayload = await RawSocketIo.ConnectAsync(Host.Address, Host.Token(Customer), "/");
        await using var byHeader = await RawSocketIo.ConnectAsync(Host.Address, "", "/", bearer: Host.Token(Customer));

        Assert.That(async () => await RawSocketIo.ConnectAsync(Host.Address, "", "/"),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("""{"message":"Authentication token required","data":{"code":"unauthorized"}}"""));
        Assert.That(async () => await RawSocketIo.ConnectAsync(Host.Address, "nonsense", "/"),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("\"Invalid authentication token\""));
    }

    [TestCase("restaurant_owner")]
    [TestCase("driver")]
    public async Task Whoever_is_no_agent_is_a_customer(string role)
    {
        await using var socket = await RawSocketIo.ConnectAsync(Host.Address, Host.Token(Customer, role), "/");
        var refused = await socket.CallAsync("accept_chat", new { session_id = Guid.NewGuid() });

        Assert.That(refused.GetProperty("error").GetProperty("message").GetString(), Is.EqualTo("Only support agents can accept chats"));
    }

    [Test]
    public async Task Joining_shows_the_session_its_messages_in_order_and_who_is_there()
    {
        var session = await Host.OpenAsync(Customer, "My order is delayed");
        await Host.PostAsync(Agent, $"/sessions/{session}/assign").DataAsync();
        await Host.PostAsync(Agent, $"/sessions/{session}/messages", new { content = "Hello" }).DataAsync(201);
        var customer = await Host.JoinAsync(Customer, session);

        var joined = await customer.WaitForAsync("session_joined");
        var row = joined.GetProperty("session");
        Wire.CheckJson(row.GetRawText(), $$"""
            {"id":"{{session}}","ticket_id":null,"restaurant_id":null,"customer_id":"{{Customer.Uid}}","agent_id":"{{Agent.Uid}}","status":"active",
             "subject":"Need help","category":"general","priority":"medium","last_message_at":"{{row.GetProperty("last_message_at")}}",
             "agent_accepted_at":"{{row.GetProperty("agent_accepted_at")}}","closed_at":null,"created_at":"{{row.GetProperty("created_at")}}",
             "updated_at":"{{row.GetProperty("updated_at")}}","customer_name":"Nguyen Van A","agent_name":"Nguyen Van A","unread_count":0,
             "last_message":{{row.GetProperty("last_message").GetRawText()}}}
            """);
        var messages = joined.GetProperty("messages").EnumerateArray().ToList();
        Assert.That(messages.Select(message => message.GetProperty("content").GetString()),
            Is.EqualTo(["My order is delayed", "Support agent has joined the conversation", "Hello"]));
        Wire.CheckJson(messages[1].GetRawText(), $$"""
            {"id":"{{messages[1].GetProperty("id")}}","session_id":"{{session}}","sender_id":null,"sender_role":"support","sender_name":"System","message_type":"system",
             "content":"Support agent has joined the conversation","is_system_message":true,"created_at":"{{messages[1].GetProperty("created_at")}}",
             "updated_at":"{{messages[1].GetProperty("created_at")}}","attachments":[],"read_by":[],"seq":2}
            """);
        var readBy = messages[2].GetProperty("read_by").EnumerateArray().Single();
        Assert.That(readBy.GetProperty("user_id").GetGuid(), Is.EqualTo(Customer.Uid));
        Assert.That(readBy.GetProperty("id").GetGuid().Version, Is.EqualTo(8));
        Wire.CheckJson(joined.GetProperty("participants").GetRawText(), $$"""
            [{"user_id":"{{Customer.Uid}}","role":"customer","name":"Nguyen Van A","online":true},
             {"user_id":"{{Agent.Uid}}","role":"support","name":"Nguyen Van A","online":false}]
            """);
    }

    [Test]
    public async Task A_message_is_confirmed_first_and_then_heard_by_all_and_named_to_its_sender_alone()
    {
        var session = await Host.OpenAsync(Customer);
        var (customer, tab, agent) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Customer, session), await Host.JoinAsync(Agent, session));

        await customer.EmitAsync("send_message", new { session_id = session, content = "Xin chào 👋", message_type = "text", temp_id = "temp-1" });

        var sent = await customer.WaitForAsync("message_sent");
        var message = (await customer.WaitForAsync("new_message")).GetProperty("message");
        var names = customer.Events.Entries.Select(e => e.Name).ToList();
        Assert.That(names.IndexOf("message_sent"), Is.LessThan(names.IndexOf("new_message")));
        Assert.That(sent.GetProperty("message_id").GetGuid(), Is.EqualTo(message.GetProperty("id").GetGuid()));
        Assert.That(sent.GetProperty("sent_at").GetString(), Is.EqualTo(message.GetProperty("created_at").GetString()));
        Assert.That((sent.GetProperty("temp_id").GetString(), message.GetProperty("temp_id").GetString()), Is.EqualTo(("temp-1", "temp-1")));
        Assert.That((await tab.WaitForAsync("new_message")).GetProperty("message").GetProperty("temp_id").GetString(), Is.EqualTo("temp-1"));
        var heard = (await agent.WaitForAsync("new_message")).GetProperty("message");
        Assert.That(heard.GetProperty("content").GetString(), Is.EqualTo("Xin chào 👋"));
        Assert.That(heard.TryGetProperty("temp_id", out _), Is.False);
        Assert.That(tab.Seen("message_sent").Concat(agent.Seen("message_sent")), Is.Empty);
    }

    [Test]
    public async Task A_repeat_is_confirmed_again_and_another_content_is_another_message()
    {
        var session = await Host.OpenAsync(Customer);
        var customer = await Host.JoinAsync(Customer, session);
        var one = new { session_id = session, content = "one", temp_id = "temp-1" };
        var first = await customer.CallAsync("send_message", one);
        var again = await customer.CallAsync("send_message", one);
        var other = await customer.CallAsync("send_message", new { session_id = session, content = "two", temp_id = "temp-1" });
        var none = await customer.CallAsync("send_message", new { session_id = session, content = "one" });
        await customer.FenceAsync();

        Assert.That(again.GetProperty("message_id").GetGuid(), Is.EqualTo(first.GetProperty("message_id").GetGuid()));
        Assert.That(new[] { first, other, none }.Select(ack => ack.GetProperty("message_id").GetGuid()), Is.Unique);
        Assert.That(none.GetProperty("temp_id").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That(customer.Seen("message_sent"), Has.Count.EqualTo(4));
        Assert.That(customer.Seen("new_message"), Has.Count.EqualTo(3));
        Assert.That(Host.Store.Messages, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Coming_and_going_is_told_to_the_others_by_the_last_socket_of_each()
    {
        var session = await Host.OpenAsync(Customer);
        var customer = await Host.JoinAsync(Customer, session);
        var (agent, tab) = (await Host.JoinAsync(Agent, session), await Host.JoinAsync(Agent, session));

        Wire.CheckJson((await customer.WaitForAsync("user_joined")).GetRawText(), $$"""{"user_id":"{{Agent.Uid}}","role":"support","name":"Nguyen Van A"}""");
        await agent.CallAsync("leave_session", new { session_id = session });
        await customer.FenceAsync();
        Assert.That(customer.Seen("user_left"), Is.Empty);
        await tab.DisposeAsync();

        Wire.CheckJson((await customer.WaitForAsync("user_left")).GetRawText(), $$"""{"user_id":"{{Agent.Uid}}","role":"support"}""");
        Assert.That(customer.Seen("user_joined"), Has.Count.EqualTo(1));
        Assert.That(agent.Seen("user_joined").Concat(agent.Seen("user_left")), Is.Empty, "nobody hears of themselves");
    }

    [TestCase("stop_typing")]
    [TestCase("send_message")]
    [TestCase("leave_session")]
    [TestCase("disconnect")]
    [TestCase("expiry")]
    public async Task Typing_is_told_to_the_others_and_ends_by(string end)
    {
        var session = await Host.OpenAsync(Customer);
        var (customer, agent) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Agent, session));
        var expected = $$"""{"session_id":"{{session}}","user_id":"{{Agent.Uid}}","user_name":"Nguyen Van A"}""";

        await agent.CallAsync("typing", new { session_id = session });
        Wire.CheckJson((await customer.WaitForAsync("user_typing")).GetRawText(), expected);
        if (end is "disconnect")
            await agent.DisposeAsync();
        else if (end is not "expiry")
            await agent.EmitAsync(end, new { session_id = session, content = "sent" });

        Wire.CheckJson((await customer.WaitForAsync("typing_stopped")).GetRawText(), expected);
        Assert.That(agent.Seen("user_typing"), Is.Empty);
    }

    [Test]
    public async Task Joining_reads_for_customer_and_agent_and_not_for_who_supervises()
    {
        var session = await Host.OpenAsync(Customer, "hello");
        await Host.PostAsync(Agent, $"/sessions/{session}/assign").DataAsync();
        var customer = await Host.JoinAsync(Customer, session);

        var admin = await Host.JoinAsync(Admin, session);
        Assert.That((await admin.WaitForAsync("session_joined")).GetProperty("session").GetProperty("unread_count").GetInt64(), Is.EqualTo(1));
        Assert.That(Host.Store.Receipts, Is.Empty);

        await Host.JoinAsync(Agent, session);
        Wire.CheckJson((await customer.WaitForAsync("messages_read")).GetRawText(), $$"""{"session_id":"{{session}}","user_id":"{{Agent.Uid}}"}""");
        Assert.That(Host.Store.Receipts.Keys.Select(receipt => receipt.Reader), Is.EqualTo([Agent.Id]));
    }

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("absent")]
    public async Task All_is_read_when_no_message_is_named(string ids)
    {
        var session = await Host.OpenAsync(Customer);
        var (customer, agent) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Agent, session));
        await customer.CallAsync("send_message", new { session_id = session, content = "hello" });

        await agent.CallRawAsync($$"""["mark_as_read",{"session_id":"{{session}}"{{(ids is "absent" ? "" : $",\"message_ids\":{ids}")}}}]""");

        Wire.CheckJson((await customer.WaitForAsync("messages_read")).GetRawText(), $$"""{"session_id":"{{session}}","user_id":"{{Agent.Uid}}"}""");
        Assert.That((await Host.GetAsync(Agent, $"/sessions/{session}").DataAsync()).GetProperty("unread_count").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task Named_messages_are_read_and_those_of_other_sessions_are_not()
    {
        var (session, foreign) = (await Host.OpenAsync(Customer, "one"), await Host.OpenAsync(Stranger, "other"));
        var (customer, agent) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Agent, session));
        var said = (await customer.CallAsync("send_message", new { session_id = session, content = "two" })).GetProperty("message_id").GetGuid();
        var elsewhere = Host.Store.Messages.Single(pair => pair.Message.Content == "other").Message.Uid;

        await agent.CallAsync("mark_as_read", new { session_id = session, message_ids = new[] { said, elsewhere, Guid.NewGuid() } });

        Wire.CheckJson((await customer.WaitForAsync("messages_read")).GetRawText(),
            $$"""{"session_id":"{{session}}","user_id":"{{Agent.Uid}}","message_ids":["{{said}}"]}""");
        Assert.That((await Host.GetAsync(Agent, $"/sessions/{session}").DataAsync()).GetProperty("unread_count").GetInt64(), Is.EqualTo(1));
        Assert.That((await Host.GetAsync(Agent, $"/sessions/{foreign}").DataAsync()).GetProperty("unread_count").GetInt64(), Is.EqualTo(1));
    }

    [TestCase("image", MessageType.Image)]
    [TestCase("file", MessageType.File)]
    [TestCase(null, MessageType.Text)]
    public async Task A_message_has_the_type_it_was_given(string? word, MessageType type)
    {
        var session = await Host.OpenAsync(Customer);
        var customer = await Host.JoinAsync(Customer, session);
        await customer.CallAsync("send_message", new { session_id = session, content = "x", message_type = word });

        Assert.That(Host.Store.Messages.Single().Message.Type, Is.EqualTo(type));
    }
}
