using System.Globalization;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>Messages that flow both ways while a session moves to its WebSocket arrive once and in order.</summary>
internal sealed class UpgradeUnderFireTests
{
    private const int Sessions = 100;
    private const int Messages = 60;

    [Test]
    public async Task Nothing_is_lost_doubled_or_reordered_by_an_upgrade()
    {
        var recorder = new EchoRecorder { OnText = (_, _) => ValueTask.CompletedTask };
        await using var server = await WireServer.StartAsync(recorder);
        for (var group = 0; group < Sessions / 10; group++)
            await Task.WhenAll(Enumerable.Range(0, 10).Select(n => UpgradeAsync(server, recorder, new Random((group * 10) + n))));
        await server.NoSessionIsLeftAsync();
    }

    /// <summary>A client as the documented sequence has it: polls and posts, probes meanwhile, stops polling, sends <c>5</c>.</summary>
    private static async Task UpgradeAsync(WireServer server, EchoRecorder recorder, Random random)
    {
        await using var client = await PollingClient.OpenAsync(server);
        await client.PostAsync($"4{client.Sid}");
        var session = await FindAsync(recorder, client.Sid);
        var received = new List<string>();
        var firing = Task.Run(() => FireAsync(session, random.Next()));

        var sent = 0;
        string Next() => (sent++).ToString(CultureInfo.InvariantCulture);
        for (var n = random.Next(10); n > 0; n--)
            await client.PostAsync($"4{Next()}");
        await using var candidate = await RawWebSocket.JoinAsync(server, client.Sid);
        await candidate.SendTextAsync("2probe");
        var probing = candidate.ReadTextAsync();
        do
        {
            var polling = client.PollAsync();
            await client.PostAsync($"4{Next()}\x1e" + $"4{Next()}");
            received.AddRange((await polling).Split('\x1e'));
        }
        while (!probing.IsCompleted);
        Assert.That(await probing, Is.EqualTo("3probe"));
        await candidate.Connection.SendAsync((byte[])[.. RawWebSocket.TextFrame("5"), .. RawWebSocket.TextFrame($"4{Next()}")]);
        while (sent < Messages)
            await candidate.SendTextAsync($"4{Next()}");

        while (received.Count(text => text[0] == '4') < Messages)
            received.Add(await candidate.ReadTextAsync());
        await firing;
        Assert.That(received.Where(text => text is not "6"), Is.EqualTo(Enumerable.Range(0, Messages).Select(n => $"4{n}")), "to the client");
        foreach (var n in Enumerable.Range(0, sent))
            Assert.That(await session.HearAsync(), Is.EqualTo($"{n}"), "to the server");
        await candidate.SendTextAsync("1");
        await session.ReasonAsync();
        Assert.That(session.Unread(), Is.Empty);
    }

    private static async Task FireAsync(EchoRecorder.Session session, int seed)
    {
        var random = new Random(seed);
        for (var n = 0; n < Messages; n++)
        {
            Assert.That(session.Socket.TrySend(EchoRecorder.Text(n.ToString(CultureInfo.InvariantCulture))));
            for (var pause = random.Next(4); pause > 0; pause--)
                await Task.Yield();
        }
    }

    private static async Task<EchoRecorder.Session> FindAsync(EchoRecorder recorder, string sid)
    {
        while (true)
        {
            var session = await recorder.NextAsync();
            if (session.Socket.Id == sid)
            {
                Assert.That(await session.HearAsync(), Is.EqualTo(sid));
                return session;
            }
            recorder.PutBack(session);
            await Task.Yield();
        }
    }
}
