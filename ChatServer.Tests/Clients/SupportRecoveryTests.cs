using System.Globalization;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>The support guide's client, which never joins again, over a line that breaks: it loses, doubles and reorders nothing.</summary>
public sealed class SupportRecoveryTests
{
    private const int Messages = 2_000;

    [Test]
    public async Task Two_hundred_cuts_go_unnoticed_with_recovery()
    {
        await using var scene = await Scene.OpenAsync(recovers: true);
        await scene.TalkOverCutsAsync(cuts: 200, Messages, mayGoUnnoticed: true);

        Assert.That(scene.Heard, Is.EqualTo(Enumerable.Range(1, Messages)));
        Assert.That(scene.Lines("shown"), Has.Count.EqualTo(1), "no snapshot is needed");
        // A cut between two polls hits nothing, and several may hit one attempt to come back.
        Assert.That(scene.Lines("connected"), Has.Count.GreaterThan(50));
        Assert.That(scene.Lines("connected").Skip(1).Select(line => line.GetProperty("recovered").GetBoolean()), Is.All.True);
        Assert.That(scene.Lines("error"), Is.Empty);
    }

    [Test]
    public async Task Without_recovery_its_session_is_shown_again_and_joins_up()
    {
        await using var scene = await Scene.OpenAsync(recovers: false);
        await scene.TalkOverCutsAsync(cuts: 12, Messages / 20, mayGoUnnoticed: false);

        // A snapshot replaces what was shown and must hold its end; what is heard afterwards follows it by one.
        var last = 0;
        foreach (var (isSnapshot, numbers) in scene.Shown)
        {
            Assert.That(numbers, Is.EqualTo(Enumerable.Range(numbers.Count > 0 ? numbers[0] : 0, numbers.Count)));
            Assert.That(numbers.Count == 0 || (isSnapshot ? numbers[0] <= last + 1 && numbers[^1] >= last : numbers[0] == last + 1), Is.True, $"{string.Join(' ', numbers)} after {last}");
            last = numbers.Count > 0 ? numbers[^1] : last;
        }
        Assert.That(last, Is.EqualTo(Messages / 20));
        Assert.That(scene.Lines("shown"), Has.Count.GreaterThan(8));
    }

    /// <summary>The client in a process of its own behind a line that can be cut, and an agent who does the talking.</summary>
    private sealed class Scene(ServerProcess server) : IAsyncDisposable
    {
        private readonly SupportParty _customer = SupportParty.Customer(server.Support);
        private readonly SupportParty _agent = SupportParty.Agent(server.Support);
        private readonly CuttingLine _line = new(server.Support);
        private readonly Random _random = new(20_260_101);
        private ChildProcess _client = null!;
        private RawSocketIo _voice = null!;
        private Guid _session;
        private int _said;

        public static async Task<Scene> OpenAsync(bool recovers)
        {
            var scene = new Scene(await ServerProcess.StartAsync(await PostgresFixture.CreateEmptyDatabaseAsync(), new Dictionary<string, string>
            {
                ["RateLimit__PerMinute"] = "0",
                ["SocketIo__EventsPerSecond"] = "0",
                ["Support__Recovery"] = $"{recovers}",
                // A client whose candidate WebSocket breaks just when it pauses polling notices nothing until the next ping is overdue.
                ["EngineIo__PingInterval"] = "1000",
                ["EngineIo__PingTimeout"] = "4000",
            }));
            scene._session = await scene._customer.OpenAsync();
            scene._voice = await scene._agent.ConnectAsync();
            string[] arguments = ["support-recovery.mjs", scene._line.Address.ToString().TrimEnd('/'), scene._customer.Token, $"{scene._session}"];
            scene._client = ChildProcess.Start("node", recovers ? [.. arguments, "impatient"] : arguments, null, Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients"));
            await scene._client.WaitForLineAsync(line => line.Contains("\"shown\"", StringComparison.Ordinal), "the client was in the session");
            return scene;
        }

        public IEnumerable<int> Heard => Lines("heard").Select(line => Number(line.GetProperty("heard")));

        /// <summary>What the client showed, piece by piece, and whether the piece replaced what was there.</summary>
        public IEnumerable<(bool IsSnapshot, IReadOnlyList<int> Numbers)> Shown => Parse().Select(line =>
            line.TryGetProperty("heard", out var heard) ? (false, [Number(heard)])
            : line.TryGetProperty("shown", out var shown) ? (true, [.. shown.EnumerateArray().Select(Number)])
            : (false, (IReadOnlyList<int>)[]));

        /// <summary>Cuts at any moment: while something is said, before, after, or while the client is coming back.</summary>
        public async Task TalkOverCutsAsync(int cuts, int messages, bool mayGoUnnoticed)
        {
            for (var cut = 0; cut < cuts; cut++)
            {
                var talking = TalkAsync((cut + 1) * messages / cuts);
                await Task.Delay(_random.Next(0, 25));
                await (mayGoUnnoticed && cut % 4 == 0 ? _line.CutUnnoticedAsync() : _line.CutAsync());
                await talking;
                if (!mayGoUnnoticed || cut % 3 != 0)
                    await WaitUntilShownAsync();
            }
            await WaitUntilShownAsync();
        }

        public IReadOnlyList<JsonElement> Lines(string key) => [.. Parse().Where(line => line.TryGetProperty(key, out _))];

        public async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await _line.DisposeAsync();
            await _customer.DisposeAsync();
            await _agent.DisposeAsync();
            await server.DisposeAsync();
        }

        private async Task TalkAsync(int upTo)
        {
            while (_said < upTo)
                ConsultAck.AssertOk(await _voice.CallAsync("send_message", new { session_id = _session, content = $"{++_said}", temp_id = $"{_said}" }));
        }

        private Task<string> WaitUntilShownAsync() => _client.WaitForLineAsync(
            line => line == $$"""{"heard":"{{_said}}"}""" || (line.StartsWith("{\"shown\"", StringComparison.Ordinal) && line.EndsWith($"\"{_said}\"]}}", StringComparison.Ordinal)),
            $"message {_said} was shown");

        private static int Number(JsonElement text) => int.Parse(text.GetString()!, CultureInfo.InvariantCulture);

        private IEnumerable<JsonElement> Parse() => _client.Lines.Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line));
    }
}
