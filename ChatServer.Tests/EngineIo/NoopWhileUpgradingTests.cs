using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>Polls that are answered with noops as soon as a candidate WebSocket is there, as some suites want it.</summary>
[Parallelizable]
internal sealed class NoopWhileUpgradingTests
{
    private readonly EchoRecorder _recorder = new();
    private WireServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await WireServer.StartAsync(_recorder, new EngineIoOptions { NoopWhileUpgrading = true });

    [OneTimeTearDown]
    public ValueTask StopAsync() => _server.DisposeAsync();

    [TestCase("EIO=4", "6", "")]
    [TestCase("EIO=3", "1:6", "2:")]
    public async Task What_is_queued_waits_for_the_websocket(string query, string noop, string length)
    {
        await using var client = await PollingClient.OpenAsync(_server, query);
        await client.PostAsync($"{length}4x");
        await using var candidate = await RawWebSocket.JoinAsync(_server, client.Sid, query);
        for (var poll = 0; poll < 5; poll++)
            Assert.That(await client.PollAsync(), Is.EqualTo(noop));
        await candidate.SendTextAsync("2probe");
        Assert.That(await candidate.ReadTextAsync(), Is.EqualTo("3probe"));
        Assert.That(await client.PollAsync(), Is.EqualTo(noop));
        await candidate.SendTextAsync("5");
        Assert.That(await candidate.ReadTextAsync(), Is.EqualTo("4x"));
    }

    [TestCase("1", TestName = "Refused")]
    [TestCase("reset", TestName = "Reset")]
    public async Task A_candidate_that_fails_gives_the_polls_back_what_waited(string death)
    {
        await using var client = await PollingClient.OpenAsync(_server);
        await using var candidate = await RawWebSocket.JoinAsync(_server, client.Sid);
        await client.PostAsync("4x");
        Assert.That(await client.PollAsync(), Is.EqualTo("6"));
        if (death is "reset")
            candidate.Connection.Reset();
        else
            await candidate.SendTextAsync(death);
        string answer;
        do
            answer = await client.PollAsync();
        while (answer is "6");
        Assert.That(answer, Is.EqualTo("4x"));
    }
}
