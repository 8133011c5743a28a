using System.Net;
using ChatServer.Tests.Support;
using Dapper;
using Npgsql;

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

    [Test]
    public async Task A_session_that_was_accepted_without_anyones_knowledge_is_told_of_when_the_database_is_back()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var proxy = new PostgresProxy(database);
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        await using var customer = SupportParty.Customer(server.Support);
        await using var agent = SupportParty.Agent(server.Support);
        var (session, watcher) = (await customer.OpenAsync(), await customer.ConnectAsync());
        await agent.DataAsync(HttpMethod.Get, "/sessions");

        proxy.WithholdAnswersTo("conversation.system_count +");
        var accepting = agent.SendAsync(HttpMethod.Post, $"/sessions/{session}/assign");
        await Eventually.GetAsync(() => StatusAsync(database), status => status is "active", "the session was accepted");
        await proxy.GoAwayAsync();
        Assert.That((await accepting).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        proxy.LetAllPass();

        var told = await watcher.WaitForAsync("session_status_changed");
        Assert.That((told.GetProperty("status").GetString(), told.GetProperty("agent_id").GetGuid()), Is.EqualTo(("active", agent.Id)));
        Assert.That(await AcceptByRestAsync(agent, session), Is.True);
    }

    private static async Task<string?> StatusAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        return await connection.ExecuteScalarAsync<string>("SELECT conversation.status FROM conversations AS conversation");
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
