using System.Text.Json;
using ChatServer.Chat.Conversations;
using ChatServer.Tests.Dialects.Consult;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>Accepting, resolving, reopening and closing: over the socket and over REST alike, and who hears of it.</summary>
public sealed class SupportDeskTests : SupportTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Accepting_is_told_to_the_session_the_agent_and_the_customer_wherever_they_are(bool bySocket)
    {
        var (agent, other, customer, stranger) = (await Host.ConnectAsync(Agent), await Host.ConnectAsync(Other), await Host.ConnectAsync(Customer), await Host.ConnectAsync(Stranger));
        var session = await Host.OpenAsync(Customer);
        foreach (var socket in new[] { agent, other, customer })
            Wire.CheckJson((await socket.WaitForAsync("session_status_changed")).GetRawText(), $$"""{"session_id":"{{session}}","status":"waiting"}""");

        if (bySocket)
            Assert.That((await agent.CallAsync("accept_chat", new { session_id = session })).GetProperty("session").GetProperty("status").GetString(), Is.EqualTo("active"));
        else
            Assert.That((await Host.PostAsync(Agent, $"/sessions/{session}/assign").DataAsync()).GetProperty("agent_id").GetGuid(), Is.EqualTo(Agent.Uid));

        foreach (var socket in new[] { agent, customer })
        {
            var accepted = await socket.WaitForAsync("chat_accepted");
            Assert.That((accepted.GetProperty("agent_id").GetGuid(), accepted.GetProperty("agent_name").GetString()), Is.EqualTo((Agent.Uid, "Nguyen Van A")));
            Assert.That(accepted.GetProperty("session").GetProperty("status").GetString(), Is.EqualTo("active"));
        }
        foreach (var socket in new[] { agent, other, customer })
            Wire.CheckJson((await socket.WaitForAsync("session_status_changed", IsNot("waiting"))).GetRawText(),
                $$"""{"session_id":"{{session}}","status":"active","agent_id":"{{Agent.Uid}}"}""");
        foreach (var socket in new[] { agent, other, customer, stranger })
            await socket.FenceAsync();
        Assert.That(other.Seen("chat_accepted"), Is.Empty);
        Assert.That(stranger.Events.Entries.Where(e => e.Name is not "error"), Is.Empty, "no other customer hears of it");
        Assert.That(customer.Seen("new_message"), Is.Empty, "the system's message is stored and not told");
    }

    [Test]
    public async Task The_second_agent_is_refused_and_the_first_may_ask_again()
    {
        var session = await Host.OpenAsync(Customer);
        var (agent, other) = (await Host.ConnectAsync(Agent), await Host.ConnectAsync(Other));
        await agent.CallAsync("accept_chat", new { session_id = session });

        var refused = await other.CallAsync("accept_chat", new { session_id = session });
        Assert.That(refused.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("already_claimed"));
        Assert.That(refused.GetProperty("error").GetProperty("winner_id").GetGuid(), Is.EqualTo(Agent.Uid));
        Assert.That((await other.WaitForAsync("error")).GetProperty("message").GetString(), Is.EqualTo("Chat already accepted"));
        await Host.PostAsync(Other, $"/sessions/{session}/assign").CheckRefusedAsync(400, "CHAT_002", "Chat already accepted");

        Assert.That((await agent.CallAsync("accept_chat", new { session_id = session })).GetProperty("ok").GetBoolean(), Is.True);
        await Host.PostAsync(Agent, $"/sessions/{session}/assign").DataAsync();
        await agent.FenceAsync();
        Assert.That(agent.Seen("chat_accepted"), Has.Count.EqualTo(2), "once for all, and once for who asked again");
        Assert.That(Host.Store.Messages, Has.Count.EqualTo(1));
    }

    [TestCase("customer", true)]
    [TestCase("agent", true)]
    [TestCase("other", false)]
    [TestCase("admin", false)]
    public async Task Closing_is_for_the_customer_and_the_desk_and_told_once(string who, bool bySocket)
    {
        var session = await Host.OpenAsync(Customer);
        await Host.PostAsync(Agent, $"/sessions/{session}/assign").DataAsync();
        var (customer, closer) = (await Host.JoinAsync(Customer, session), who switch { "customer" => Customer, "agent" => Agent, "other" => Other, _ => Admin });
        var socket = await Host.ConnectAsync(closer);

        for (var i = 0; i < 2; i++)
        {
            if (bySocket)
                Assert.That((await socket.CallAsync("close_chat", new { session_id = session })).GetProperty("session").GetProperty("status").GetString(), Is.EqualTo("closed"));
            else
                Assert.That((await Host.PatchAsync(closer, $"/sessions/{session}/status", new { status = "closed" }).DataAsync()).GetProperty("closed_at").ValueKind, Is.EqualTo(JsonValueKind.String));
        }

        var closed = await customer.WaitForAsync("chat_closed");
        Assert.That((closed.GetProperty("closed_by").GetGuid(), closed.GetProperty("session_id").GetGuid()), Is.EqualTo((closer.Uid, session)));
        Assert.That(closed.GetProperty("session").GetProperty("status").GetString(), Is.EqualTo("closed"));
        Assert.That(closed.GetProperty("session").TryGetProperty("unread_count", out _), Is.False, "what one has read is no news for all");
        await customer.WaitForAsync("session_status_changed", json => json.GetProperty("status").ValueEquals("closed"));
        await customer.FenceAsync();
        Assert.That(customer.Seen("chat_closed"), Has.Count.EqualTo(1));
        Assert.That(Host.Store.Messages.Select(pair => pair.Message.Content), Is.EqualTo(["Support agent has joined the conversation", "Chat session has been closed"]));
    }

    [Test]
    public async Task A_closed_session_takes_nothing_more()
    {
        var session = await Host.OpenAsync(Customer);
        var customer = await Host.JoinAsync(Customer, session);
        await customer.CallAsync("close_chat", new { session_id = session });

        var refused = await customer.CallAsync("send_message", new { session_id = session, content = "late", temp_id = "t" });
        Assert.That(refused.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("closed"));
        Wire.CheckJson((await customer.WaitForAsync("error")).GetRawText(), """{"message":"Chat session is closed","code":"closed","event":"send_message","temp_id":"t"}""");
        await Host.PostAsync(Customer, $"/sessions/{session}/messages", new { content = "late" }).CheckRefusedAsync(409, "CHAT_003", "Chat session is closed");
        await Host.PostAsync(Agent, $"/sessions/{session}/assign").CheckRefusedAsync(409, "CHAT_003", "Chat session is closed");
        await Host.PatchAsync(Agent, $"/sessions/{session}/status", new { status = "active" }).CheckRefusedAsync(409, "CHAT_003", "Chat session is closed");
        Assert.That(Host.Store.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_message_takes_a_resolved_session_up_again()
    {
        var session = await Host.OpenAsync(Customer);
        await Host.PostAsync(Agent, $"/sessions/{session}/assign").DataAsync();
        await Host.PatchAsync(Agent, $"/sessions/{session}/status", new { status = "resolved" }).DataAsync();
        var (customer, desk) = (await Host.JoinAsync(Customer, session), await Host.ConnectAsync(Other));

        await customer.CallAsync("send_message", new { session_id = session, content = "not yet" });

        foreach (var socket in new[] { customer, desk })
            Wire.CheckJson((await socket.WaitForAsync("session_status_changed")).GetRawText(),
                $$"""{"session_id":"{{session}}","status":"active","agent_id":"{{Agent.Uid}}"}""");
        Assert.That(Host.Store.Messages.Select(pair => pair.Message.Content),
            Is.EqualTo(["Support agent has joined the conversation", "Chat session has been resolved", "not yet"]));
    }

    [Test]
    public async Task A_status_set_over_rest_does_all_that_goes_with_it()
    {
        var session = await Host.OpenAsync(Customer);
        var customer = await Host.JoinAsync(Customer, session);

        await SetAsync("active");
        Assert.That((await customer.WaitForAsync("chat_accepted")).GetProperty("agent_id").GetGuid(), Is.EqualTo(Agent.Uid));
        await SetAsync("resolved");
        await SetAsync("resolved");
        await SetAsync("active");
        await SetAsync("waiting");
        Assert.That(Host.Store.Conversations.Values.Single(), Has.Property("AssigneeId").Null.And.Property("Status").EqualTo(ConversationStatus.Waiting));
        await Host.PostAsync(Other, $"/sessions/{session}/assign").DataAsync();
        await customer.FenceAsync();

        Assert.That(customer.Seen("session_status_changed").Select(json => json.GetProperty("status").GetString()),
            Is.EqualTo(["active", "resolved", "active", "waiting", "active"]));

        async Task SetAsync(string status) => Assert.That(
            (await Host.PatchAsync(Agent, $"/sessions/{session}/status", new { status }).DataAsync()).GetProperty("status").GetString(), Is.EqualTo(status));
    }

    [Test]
    public async Task A_room_of_another_dialect_is_shown_and_left_to_its_own_desk()
    {
        var room = Host.Store.AddRoom(Customer);
        Assert.That((await Host.GetAsync(Customer, "/sessions").DataAsync()).GetArrayLength(), Is.Zero, "nothing was said there yet");
        await Host.PostAsync(Customer, $"/sessions/{room.Uid}/messages", new { content = "hello" }).DataAsync(201);

        var shown = (await Host.GetAsync(Customer, "/sessions").DataAsync())[0];
        Assert.That((shown.GetProperty("id").GetGuid(), shown.GetProperty("status").GetString(), shown.GetProperty("category").GetString()), Is.EqualTo((room.Uid, "waiting", "general")));
        await Host.PostAsync(Agent, $"/sessions/{room.Uid}/assign").CheckRefusedAsync(403, "PERM_001", "This conversation belongs to another desk");
    }

    private static Func<JsonElement, bool> IsNot(string status) => json => !json.GetProperty("status").ValueEquals(status);
}
