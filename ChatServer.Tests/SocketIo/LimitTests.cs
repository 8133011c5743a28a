using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ChatServer.SocketIo;
using ChatServer.Tests.SocketIo.Support;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md section 17: what one client may cost, and how it is told.</summary>
[Parallelizable]
internal sealed class LimitTests
{
    private static readonly SocketIoOptions Small = new()
    {
        MaxJsonDepth = 4,
        MaxAttachments = 2,
        MaxNamespaceLength = 5,
        MaxEventNameLength = 6,
        MaxArguments = 3,
        MaxArrayItems = 4,
        EventsPerSecond = 1,
        EventBurst = 1,
    };

    private readonly ConcurrentDictionary<string, long> _counted = new();
    private MeterListener _listener = null!;

    [OneTimeSetUp]
    public void Count()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name is "chatserver.socketio.limits")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => _counted.AddOrUpdate((string)tags[0].Value!, value, (_, sum) => sum + value));
        _listener.Start();
    }

    [OneTimeTearDown]
    public void StopCounting() => _listener.Dispose();

    [TestCase("""42["a",[[[[]]]]]""", nameof(SocketIoOptions.MaxJsonDepth))]
    [TestCase("""453-["a"]""", nameof(SocketIoOptions.MaxAttachments))]
    [TestCase("40/admins,", nameof(SocketIoOptions.MaxNamespaceLength))]
    [TestCase("""42["abcdefg"]""", nameof(SocketIoOptions.MaxEventNameLength))]
    [TestCase("""42["a",1,2,3,4]""", nameof(SocketIoOptions.MaxArguments))]
    [TestCase("43[1,2,3,4]", nameof(SocketIoOptions.MaxArguments))]
    [TestCase("""451-["a",1,2,3,4]""", nameof(SocketIoOptions.MaxArguments))]
    [TestCase("""42["a",[1,2,3,4,5]]""", nameof(SocketIoOptions.MaxArrayItems))]
    [TestCase("""42["a",{"b":[{"c":1},{},[],"",null]}]""", nameof(SocketIoOptions.MaxArrayItems))]
    [TestCase("""40/chat,{"a":[1,2,3,4,5]}""", nameof(SocketIoOptions.MaxArrayItems))]
    public async Task A_packet_beyond_a_limit_ends_the_session_with_one_line_that_names_it(string packet, string limit)
    {
        await using var party = await SocketIoParty.JoinAsync(Small);
        await party.SendAsync(packet);
        await party.AssertClosedAsync("forced close");
        Assert.That(Told(party), Is.EqualTo(new[] { $"Session 1 is ended: it met the limit {limit}" }));
        Assert.That(_counted[limit], Is.GreaterThan(0));
    }

    [TestCase("""421["abcdef",1,2,3]""", "431[1,2,3]")]
    [TestCase("""421["a",[1,2,3,4],[[],[]]]""", "431[[1,2,3,4],[[],[]]]")]
    [TestCase("""421["a",{"b":1,"c":2,"d":3,"e":4,"f":5}]""", """431[{"b":1,"c":2,"d":3,"e":4,"f":5}]""")]
    public async Task A_packet_at_a_limit_is_taken(string packet, string ack)
    {
        await using var party = await SocketIoParty.JoinAsync(Small);
        await party.SendAsync(packet);
        Assert.That(await party.ReadAsync(), Is.EqualTo(ack));
    }

    [TestCase("42[1,2", "forced close")]
    [TestCase("""42["disconnecting"]""", "forced close")]
    public async Task What_is_no_packet_at_all_meets_no_limit(string packet, string reason)
    {
        await using var party = await SocketIoParty.JoinAsync(Small);
        await party.SendAsync(packet);
        await party.AssertClosedAsync(reason);
        Assert.That(Told(party).Single(), Does.StartWith("Session 1 broke the protocol"));
    }

    [Test]
    public async Task A_deadline_that_is_missed_is_told_of_and_one_that_was_kept_is_not()
    {
        await using var party = await SocketIoParty.JoinAsync();
        party.Time.Advance(45_000);
        await party.AssertAliveAsync();
        await party.SendAsync("""451-["a"]""");
        await party.Client.SendAsync(0x89);
        Assert.That((await party.Client.ReadAsync()).First, Is.EqualTo(0x8a), "the packet has been read");
        party.Time.Advance(10_000);
        await party.AssertClosedAsync("forced server close");
        Assert.That(Told(party), Is.EqualTo(new[] { "Session 1 is ended: it met the limit AttachmentsTimeout" }));
    }

    [Test]
    public async Task A_session_that_joins_nothing_is_told_of()
    {
        await using var party = await SocketIoParty.StartAsync();
        party.Time.Advance(45_000);
        Assert.That(await party.Client.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(Told(party), Is.EqualTo(new[] { "Session 1 is ended: it met the limit ConnectTimeout" }));
    }

    [Test]
    public async Task Events_that_come_too_fast_end_the_session()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { EventsPerSecond = 10, EventBurst = 3 });
        await party.SendAsync("""421["a",1]""", """422["a",2]""", """423["a",3]""", """424["a",4]""");
        Assert.That(await party.ReadAsync(), Is.EqualTo("431[1]"));
        Assert.That(await party.ReadAsync(), Is.EqualTo("432[2]"));
        Assert.That(await party.ReadAsync(), Is.EqualTo("433[3]"));
        await party.AssertClosedAsync("forced close");
    }

    [Test]
    public async Task Events_at_the_rate_are_all_handled()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { EventsPerSecond = 10, EventBurst = 2 });
        for (var i = 0; i < 20; i++)
        {
            await party.SendAsync($$"""42{{i}}["a",{{i}}]""");
            Assert.That(await party.ReadAsync(), Is.EqualTo($"43{i}[{i}]"));
            party.Time.Advance(100);
        }
    }

    [Test]
    public async Task A_rate_of_nothing_is_no_bound()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { EventsPerSecond = 0, EventBurst = 1 });
        await party.SendAsync("""421["a",1]""", """422["a",2]""");
        Assert.That(await party.ReadAsync(), Is.EqualTo("431[1]"));
        Assert.That(await party.ReadAsync(), Is.EqualTo("432[2]"));
    }

    [Test]
    public async Task A_namespace_too_many_is_refused_and_the_others_live()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { MaxNamespaces = 1 });
        await party.SendAsync("40/chat,");
        Assert.That(await party.ReadAsync(), Is.EqualTo("""44/chat,{"message":"Too many namespaces"}"""));
        await party.AssertAliveAsync();
        await party.SendAsync("41", "40/chat,");
        Assert.That(await party.ReadAsync(), Does.StartWith("40/chat,{"), "what was left does not count");
    }

    [Test]
    public async Task A_refusal_too_many_ends_the_session()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { MaxRefusals = 2 });
        for (var i = 0; i < 3; i++)
        {
            await party.SendAsync("40/nowhere,");
            Assert.That(await party.ReadAsync(), Is.EqualTo("""44/nowhere,{"message":"Invalid namespace"}"""));
        }
        await party.AssertClosedAsync("forced close");
    }

    private static string[] Told(SocketIoParty party) =>
        [.. party.Log.Entries.Where(entry => entry.Level >= LogLevel.Information).Select(entry => entry.Text)];
}
