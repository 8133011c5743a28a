using System.Text;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Tests.SocketIo.Recovery;

public sealed class SentEventsTests
{
    private string _before = "";
    private SentEvents _events = null!;

    [SetUp]
    public void SetUp() => (_before, _events) = (Offset.Next(), new SentEvents(new SocketIoOptions { RecoveryPackets = 3, RecoveryBytes = 1_000 }));

    [Test]
    public void A_client_that_heard_nothing_misses_everything()
    {
        var offsets = Add(3);

        Check(null, offsets);
        Check(_before, offsets);
    }

    [Test]
    public void A_client_misses_what_came_after_its_offset_and_can_say_the_same_again()
    {
        var offsets = Add(3);

        Check(offsets[0], offsets[1..]);
        Check(offsets[0], offsets[1..]);
        Check(offsets[2], []);
        Check(offsets[2], []);
    }

    [Test]
    public void An_offset_that_never_was_here_is_not_made_good()
    {
        Add(2);

        foreach (var offset in new[] { Offset.Next(), "x", "", "constructor", "????????!" })
            Assert.That(_events.TryFindAfter(offset, out _), Is.False, offset);
    }

    [Test]
    public void What_does_not_fit_is_lost_to_those_who_have_not_heard_it()
    {
        var offsets = Add(5);

        Assert.That(_events.TryFindAfter(null, out _), Is.False);
        Assert.That(_events.TryFindAfter(_before, out _), Is.False);
        Assert.That(_events.TryFindAfter(offsets[0], out _), Is.False);
        Check(offsets[1], offsets[2..]);
    }

    [Test]
    public void Bytes_are_bounded_too()
    {
        Add(1);
        var large = Offset.Next();
        _events.TryAdd(new RecoverableEvent(large, new OutboundPacket(new byte[600]), [new OutboundPacket(new byte[399], IsBinary: true)]), isSent: true);

        Assert.That(_events.TryFindAfter(null, out _), Is.False);
        Check(large, []);
    }

    [Test]
    public void More_unsent_events_than_fit_cannot_be_made_good()
    {
        Add(2);
        for (var i = 0; i < 3; i++)
            Assert.That(_events.TryAdd(Event(Offset.Next()), isSent: false), Is.True);

        Assert.That(_events.TryAdd(Event(Offset.Next()), isSent: false), Is.False);
    }

    [Test]
    public void Later_offsets_are_greater()
    {
        var offsets = Enumerable.Range(0, 10_000).Select(_ => Offset.Next()).ToList();

        Assert.That(offsets, Is.Ordered.Using<string>(string.CompareOrdinal));
        Assert.That(offsets, Is.Unique);
        Assert.That(offsets, Is.All.Match("^[-0-9A-Z_a-z]{9}$"));
    }

    private static RecoverableEvent Event(string offset) => new(offset, new OutboundPacket(Encoding.UTF8.GetBytes($"42[\"e\",\"{offset}\"]")));

    private string[] Add(int count)
    {
        var offsets = Enumerable.Range(0, count).Select(_ => Offset.Next()).ToArray();
        foreach (var offset in offsets)
            _events.TryAdd(Event(offset), isSent: true);
        return offsets;
    }

    private void Check(string? offset, string[] missed)
    {
        Assert.That(_events.TryFindAfter(offset, out var found), Is.True);
        Assert.That(found.Select(e => e.Offset), Is.EqualTo(missed));
    }
}
