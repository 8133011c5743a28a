using System.Globalization;
using System.Text.Json;
using ChatServer.Tests.Dialects.Hotel;
using ChatServer.Tests.Dialects.Midimo.Rpc;
using ChatServer.Tests.Support;
using WireThread = ChatServer.Dialects.Midimo.Wire.Thread;

namespace ChatServer.Tests.Clients;

/// <summary>One conversation, begun by a service for somebody of the directory, and five people in it, each at a client of another dialect.</summary>
public sealed class CrossDialectTests
{
    /// <summary>What is read back in one page.</summary>
    private const int MaxMessages = 200;

    [TestCase(1)]
    [TestCase(20)]
    public async Task All_five_hear_all_five_once_in_the_same_order_and_in_their_own_shape(int lines)
    {
        var server = ConsultServer.Current;
        var people = await IntroduceAsync(server);
        using var service = Caller.Service(server.Midimo);
        var others = people.Where(person => person.Key != "restaurant").Select(person => person.Value.Name).ToArray();
        var thread = await service.OpenAsync(people["restaurant"].Name, others);
        var count = 1 + (5 * lines);
        var clients = people.ToDictionary(person => person.Key, person => Start(person.Key, person.Value, thread, lines, count));
        try
        {
            await Task.WhenAll(clients.Values.Select(client => client.WaitUntilItDidAsync("enter")));
            await service.SendAsync(thread.Id, people["restaurant"].Name, "go");
            await Task.WhenAll(clients.Values.Select(client => client.FinishAsync()));

            var log = (await service.ReadAsync(thread.Id, MaxMessages)).Messages;
            var said = people.Keys.SelectMany(dialect => Enumerable.Range(1, lines), (dialect, n) => $"{dialect} {n}").Append("go");
            Assert.That(log.Select(message => message.Content), Is.EquivalentTo(said));
            Assert.That(log.Select(message => message.UserId), Is.EqualTo(log.Select(message => people[SpeakerOf(message.Content)].Name)));
            foreach (var (dialect, client) in clients)
                Assert.That(client.Saw("message").Select(data => TextOf(dialect, data)), Is.EqualTo(log.Select(message => message.Content)), dialect);
            CheckNames(people, clients, thread, [.. log.Select(message => message.Content)]);
            foreach (var dialect in (string[])["support", "midimo"])
                Assert.That(clients[dialect].Saw("message").Select(data => data.GetProperty("id").GetString()), Is.EqualTo(log.Select(message => message.Id)), dialect);
        }
        finally
        {
            foreach (var client in clients.Values)
                await client.DisposeAsync();
        }
    }

    /// <summary>The customer and the two who answer are the directory's; the agent and midimo's user are known by their tokens alone.</summary>
    private static async Task<Dictionary<string, Speaker>> IntroduceAsync(ServerProcess server)
    {
        var (customer, staff) = (Person.Customer(), Person.Staff());
        await RestaurantPeople.IntroduceAsync(server, customer, staff);
        using var house = await House.OpenAsync(server);
        await using var agent = SupportParty.Agent(server.Support);
        await agent.DataAsync(HttpMethod.Get, "/sessions");
        var midimo = Caller.NewName("customer");
        return new Dictionary<string, Speaker>
        {
            ["restaurant"] = new(server.Restaurant, NameOf(customer.Id), RestaurantPeople.TokenOf(customer)),
            ["consult"] = new(server.Consult, NameOf(staff.Id), staff.Token),
            ["support"] = new(server.Support, agent.Id.ToString(), agent.Token),
            ["hotel"] = new(server.Hotel, NameOf(house.Anna), House.Token(house.Anna)),
            ["midimo"] = new(server.MidimoWeb, midimo, Tokens.Sign(new Dictionary<string, object> { ["sub"] = midimo, ["aud"] = "midimo_chat" }, TimeSpan.FromHours(1))),
        };
    }

    private static ClientRun Start(string dialect, Speaker speaker, WireThread thread, int lines, int count) => new(ChildProcess.Start(
        "node",
        ["cross.mjs", dialect, speaker.Server.ToString().TrimEnd('/'), speaker.Token, ConversationOf(dialect, thread), $"{lines}", $"{count}"],
        null, Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients")));

    /// <summary>Each dialect names conversation and speaker in its own way: three by an integer, one by uuid, midimo by any text.</summary>
    private static void CheckNames(Dictionary<string, Speaker> people, Dictionary<string, ClientRun> clients, WireThread thread, string[] texts)
    {
        foreach (var (dialect, conversation, sender) in new[]
        {
            ("restaurant", "conversation_id", "nguoi_goi_id"), ("consult", "roomId", "sender.id"), ("hotel", "conversation_id", "sender_id"), ("support", "session_id", "sender_id"),
            ("midimo", "thread_id", "user_id"),
        })
        {
            var shown = clients[dialect].Saw("message");
            Assert.That(shown.Select(data => $"{Find(data, conversation)}"), Is.All.EqualTo(ConversationOf(dialect, thread)), dialect);
            var spoken = texts.Zip(shown.Select(data => $"{Find(data, sender)}"), (text, name) => (Speaker: SpeakerOf(text), Name: name)).Distinct().ToList();
            Assert.That(spoken, Has.Count.EqualTo(people.Count), $"{dialect}: each by one name");
            foreach (var (speaker, name) in spoken.Where(pair => people[pair.Speaker].IsNamedIn(dialect)))
                Assert.That(name, Is.EqualTo(people[speaker].Name), $"{dialect}: {speaker}");
        }
    }

    private static JsonElement Find(JsonElement data, string path) => path.Split('.').Aggregate(data, (found, name) => found.GetProperty(name));

    private static string? TextOf(string dialect, JsonElement data) => data.GetProperty(dialect is "restaurant" ? "noi_dung" : "content").GetString();

    /// <summary>Whose line it is; for whom the thread was begun the service also says when to begin.</summary>
    private static string SpeakerOf(string text) => text is "go" ? "restaurant" : text.Split(' ')[0];

    private static string ConversationOf(string dialect, WireThread thread) => dialect is "support" or "midimo" ? thread.Id : thread.Metadata["conversation_id"];

    private static string NameOf(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <param name="Name">As midimo calls them.</param>
    private sealed record Speaker(Uri Server, string Name, string Token)
    {
        /// <summary>Whether the name is one that the dialect has: support's are uuids, integers those of the three.</summary>
        public bool IsNamedIn(string dialect) => dialect switch
        {
            "midimo" => true,
            "support" => Guid.TryParse(Name, out _),
            _ => long.TryParse(Name, CultureInfo.InvariantCulture, out _),
        };
    }
}
