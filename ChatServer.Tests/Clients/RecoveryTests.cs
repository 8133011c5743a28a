using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>socket.io-client over lines that break, against a server of its own: what is stored is heard, once and in order.</summary>
public sealed class RecoveryTests
{
    private const int Messages = 2_000;
    private const int Cuts = 200;

    private ServerProcess _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerProcess.StartAsync(
        await PostgresFixture.CreateEmptyDatabaseAsync(),
        new Dictionary<string, string>
        {
            ["RateLimit__PerMinute"] = "0",
            ["SocketIo__EventsPerSecond"] = "0",
            // A client whose candidate WebSocket breaks just when it pauses polling notices nothing until the next ping is overdue.
            ["EngineIo__PingInterval"] = "1000",
            ["EngineIo__PingTimeout"] = "4000",
        });

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("websocket")]
    [TestCase("polling")]
    [TestCase("default")]
    public async Task Two_hundred_cuts_lose_double_and_reorder_nothing(string transports)
    {
        await using var scene = await Scene.OpenAsync(_server, transports, seed: 20_260_101);

        for (var cut = 0; cut < Cuts; cut++)
        {
            var talking = scene.TalkAsync(Messages / Cuts);
            await scene.CutAsync(isNoticed: cut % 4 != 0);
            await talking;
            // Two of three times the next cut hits a client that is back; otherwise, maybe, one that is about to be.
            if (cut % 3 != 0)
                await scene.WaitUntilHeardAsync();
        }
        var heard = await scene.WaitUntilHeardAsync();

        Assert.That(scene.Lines("recovered").Skip(1).Select(line => line.GetProperty("recovered").GetBoolean()), Is.All.True);
        Assert.That(heard, Is.EqualTo(await scene.StoredAsync()));
        // A cut between two polls hits nothing, and several may hit one attempt to come back.
        Assert.That(scene.Lines("recovered"), Has.Count.GreaterThan(Cuts / 4));
        Assert.That(scene.Lines("connected").Select(line => line.GetProperty("connected").GetString()).Distinct(), Has.Exactly(1).Items);
        Assert.That(scene.Lines("saw").Select(line => line.GetProperty("saw").GetString()), Is.EqualTo(["joined_room", "room_history"]), "no snapshot is needed");
    }

    /// <summary>A customer in a process of its own behind a line that can be cut, and a staff member who does the talking.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly ConsultParty _customer;
        private readonly ConsultParty _staff;
        private readonly CuttingLine _line;
        private readonly Random _random;
        private ChildProcess _client = null!;
        private RawSocketIo _voice = null!;
        private long _room;
        private int _said;

        private Scene(Uri server, int seed) => (_customer, _staff, _line, _random) =
            (new ConsultParty(server, Person.Customer()), new ConsultParty(server, Person.Staff()), new CuttingLine(server), new Random(seed));

        public static async Task<Scene> OpenAsync(ServerProcess server, string transports, int seed)
        {
            var scene = new Scene(server.Consult, seed);
            scene._room = await scene._customer.Rest.RoomAsync();
            scene._voice = await scene._staff.EnterAsync(scene._room);
            scene._client = ChildProcess.Start(
                "node", ["recovery.mjs", scene._line.Address.ToString().TrimEnd('/'), scene._customer.Person.Token, $"{scene._room}", transports],
                null, Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients"));
            await scene._client.WaitForLineAsync(line => line.Contains("room_history", StringComparison.Ordinal), "the client was in the room");
            return scene;
        }

        public async Task TalkAsync(int messages)
        {
            for (var n = 0; n < messages; n++)
                ConsultAck.AssertOk(await _voice.CallAsync("send_message", new { roomId = _room, content = $"{++_said}" }));
        }

        /// <summary>Cuts at any moment: while something is said, before, after, or while the client is coming back.</summary>
        public async Task CutAsync(bool isNoticed)
        {
            await Task.Delay(_random.Next(0, 25));
            await (isNoticed ? _line.CutAsync() : _line.CutUnnoticedAsync());
        }

        /// <summary>All that the client heard, up to what was said last.</summary>
        public async Task<IReadOnlyList<string?>> WaitUntilHeardAsync()
        {
            await _client.WaitForLineAsync(line => line == $$"""{"heard":"{{_said}}"}""", $"message {_said} was heard");
            return [.. Lines("heard").Select(line => line.GetProperty("heard").GetString())];
        }

        public async Task<IReadOnlyList<string?>> StoredAsync()
        {
            var stored = new List<string?>();
            for (var page = 1; stored.Count < Messages; page++)
            {
                var answer = await _customer.Rest.GetAsync($"/rooms/{_room}/messages?limit=200&page={page}");
                var texts = answer.Json.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()).ToList();
                if (texts.Count == 0)
                    break;
                stored.InsertRange(0, texts);
            }
            return stored;
        }

        public IReadOnlyList<JsonElement> Lines(string key) =>
            [.. _client.Lines.Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line)).Where(line => line.TryGetProperty(key, out _))];

        public async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await _line.DisposeAsync();
            await _customer.DisposeAsync();
            await _staff.DisposeAsync();
        }
    }
}
