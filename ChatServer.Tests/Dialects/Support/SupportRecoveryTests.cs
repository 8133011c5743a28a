using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>A client that never joins again keeps hearing its sessions (contracts C8 b).</summary>
public sealed class SupportRecoveryTests : SupportTests
{
    [Test]
    public async Task A_broken_connections_sessions_are_shown_again_unasked_and_once()
    {
        var session = await Host.OpenAsync(Customer);
        var (first, agent) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Agent, session));
        await first.DisposeAsync();
        await agent.WaitForAsync("user_left");
        await agent.CallAsync("send_message", new { session_id = session, content = "missed" });

        var second = await Host.ConnectAsync(Customer);
        var shown = await second.WaitForAsync("session_joined");
        Assert.That(shown.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()), Is.EqualTo(["missed"]));
        Assert.That(shown.GetProperty("session").GetProperty("unread_count").GetInt64(), Is.EqualTo(1), "who did not ask has read nothing by it");
        await agent.CallAsync("send_message", new { session_id = session, content = "heard" });
        await second.WaitForAsync("new_message");

        var third = await Host.ConnectAsync(Customer);
        await third.FenceAsync();
        Assert.That(third.Seen("session_joined"), Is.Empty);
    }

    [Test]
    public async Task Who_is_back_before_the_drop_is_noticed_is_let_in_when_it_is()
    {
        var session = await Host.OpenAsync(Customer, "hello");
        var first = await Host.JoinAsync(Customer, session);
        var second = await Host.ConnectAsync(Customer);
        await second.FenceAsync();
        Assert.That(second.Seen("session_joined"), Is.Empty);
        await first.DisposeAsync();

        Assert.That((await second.WaitForAsync("session_joined")).GetProperty("messages").GetArrayLength(), Is.EqualTo(1));
        await Host.PostAsync(Agent, $"/sessions/{session}/messages", new { content = "heard" }).DataAsync(201);
        await second.WaitForAsync("new_message");

        var third = await Host.ConnectAsync(Customer);
        await third.FenceAsync();
        Assert.That(third.Seen("session_joined"), Is.Empty, "the drop was made good");
    }

    [Test]
    public async Task Another_tab_that_has_gone_somewhere_itself_is_left_there()
    {
        var (session, other) = (await Host.OpenAsync(Customer), await Host.OpenAsync(Customer));
        var (first, tab) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Customer, other));
        await first.DisposeAsync();

        var second = await Host.ConnectAsync(Customer);
        Assert.That((await second.WaitForAsync("session_joined")).GetProperty("session").GetProperty("id").GetGuid(), Is.EqualTo(session));
        await tab.FenceAsync();
        Assert.That(tab.Seen("session_joined"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Who_left_the_session_stays_out()
    {
        var session = await Host.OpenAsync(Customer);
        var first = await Host.JoinAsync(Customer, session);
        var agent = await Host.JoinAsync(Agent, session);
        await first.CallAsync("leave_session", new { session_id = session });
        await first.DisposeAsync();
        await agent.WaitForAsync("user_left");

        var second = await Host.ConnectAsync(Customer);
        await second.FenceAsync();
        Assert.That(second.Seen("session_joined"), Is.Empty);
    }

    [Test]
    public async Task The_switch_leaves_it_out()
    {
        await using var host = await SupportHost.StartAsync(recovers: false);
        var customer = host.Store.AddUser(ChatServer.Chat.Users.Role.Customer, "customer1");
        var agent = host.Store.AddUser(ChatServer.Chat.Users.Role.Staff, "agent1");
        var session = await host.OpenAsync(customer);
        var watcher = await host.JoinAsync(agent, session);
        RawSocketIo first = await host.JoinAsync(customer, session);
        await first.DisposeAsync();
        await watcher.WaitForAsync("user_left");

        var second = await host.ConnectAsync(customer);
        await second.FenceAsync();
        Assert.That(second.Seen("session_joined"), Is.Empty);
    }
}
