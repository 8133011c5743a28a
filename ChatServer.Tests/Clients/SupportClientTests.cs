using System.Net;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>The support guide's own client, unmodified, and many agents at once, against a real server.</summary>
public sealed class SupportClientTests
{
    private const int Many = 50;

    [Test]
    public async Task The_guides_client_holds_a_conversation_on_both_sides()
    {
        var server = ConsultServer.Current.Support;
        await using var customer = SupportParty.Customer(server);
        await using var agent = SupportParty.Agent(server);

        await using var script = ChildProcess.Start(
            "node", ["support-conversation.mjs", server.ToString().TrimEnd('/'), customer.Token, agent.Token], null, Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients"));

        Assert.That(await script.WaitForExitAsync(), Is.Zero, $"{script.Transcript}\nThe server:\n{ConsultServer.Current.Transcript}");
    }

    [Test]
    public async Task Of_50_agents_who_accept_by_rest_and_socket_one_gets_the_session_and_may_ask_again()
    {
        await using var customer = SupportParty.Customer(ConsultServer.Current.Support);
        var session = await customer.OpenAsync();
        var watcher = await customer.ConnectAsync();
        var agents = Enumerable.Range(0, Many).Select(_ => SupportParty.Agent(ConsultServer.Current.Support)).ToList();
        var sockets = await Task.WhenAll(agents.Select(agent => agent.ConnectAsync()));
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var accepting = agents.Select(async (agent, n) =>
        {
            await go.Task;
            return n % 2 == 0 ? await AcceptByRestAsync(agent, session) : await AcceptBySocketAsync(sockets[n], session);
        }).ToList();
        go.SetResult();
        var won = await Task.WhenAll(accepting);
        await watcher.FenceAsync();

        Assert.That(won.Count(one => one), Is.EqualTo(1));
        var winner = Array.IndexOf(won, true);
        Assert.That(watcher.Seen("chat_accepted").Single().GetProperty("agent_id").GetGuid(), Is.EqualTo(agents[winner].Id));
        var shown = await customer.DataAsync(HttpMethod.Get, $"/sessions/{session}");
        Assert.That(shown.GetProperty("agent_id").GetGuid(), Is.EqualTo(agents[winner].Id));
        var messages = await customer.DataAsync(HttpMethod.Get, $"/sessions/{session}/messages");
        Assert.That(messages.GetArrayLength(), Is.EqualTo(1), "one note that an agent has joined");
        Assert.That(await AcceptByRestAsync(agents[winner], session), Is.True);
        Assert.That(await AcceptBySocketAsync(sockets[winner], session), Is.True);
        foreach (var agent in agents)
            await agent.DisposeAsync();
    }

    private static async Task<bool> AcceptByRestAsync(SupportParty agent, Guid session)
    {
        var answer = await agent.SendAsync(HttpMethod.Post, $"/sessions/{session}/assign");
        if (answer.Status is not HttpStatusCode.OK)
            Assert.That((answer.Status, answer.Json.GetProperty("error").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, "Chat already accepted")));
        return answer.Status is HttpStatusCode.OK;
    }

    private static async Task<bool> AcceptBySocketAsync(RawSocketIo socket, Guid session)
    {
        var ack = await socket.CallAsync("accept_chat", new { session_id = session });
        var isWon = ack.GetProperty("ok").GetBoolean();
        if (!isWon)
            Assert.That((await socket.WaitForAsync("error")).GetProperty("message").GetString(), Is.EqualTo("Chat already accepted"));
        return isWon;
    }
}
