using ChatServer.SocketIo;
using ChatServer.Tests.SocketIo.Support;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md 12.2: attachments.</summary>
[Parallelizable]
internal sealed class BinaryTests
{
    private SocketIoParty _party = null!;

    [SetUp]
    public async Task JoinAsync() => _party = await SocketIoParty.JoinAsync(new SocketIoOptions { MaxAttachmentBytes = 1_000 });

    [TearDown]
    public async Task LeaveAsync() => await _party.DisposeAsync();

    [Test]
    public async Task A_binary_event_is_handled_when_its_attachments_are_there_and_acked_with_them()
    {
        await _party.SendAsync("""452-7["up",{"_placeholder":true,"num":1},[{"a":{"_placeholder":true,"num":0}}]]""");
        await _party.SendBinaryAsync(1, 2);
        await _party.SendAsync("3");
        await _party.SendBinaryAsync();
        Assert.That(await _party.ReadAsync(), Is.EqualTo("""462-7[{"_placeholder":true,"num":1},[{"a":{"_placeholder":true,"num":0}}]]"""));
        Assert.That((await _party.Client.ReadAsync()).Payload, Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That((await _party.Client.ReadAsync()).Payload, Is.Empty);
    }

    [Test]
    public async Task An_attachment_may_be_used_twice_or_not_at_all()
    {
        await _party.SendAsync("""452-7["up",{"_placeholder":true,"num":0},{"num":0,"_placeholder":true}]""");
        await _party.SendBinaryAsync(1);
        await _party.SendBinaryAsync(2);
        Assert.That(await _party.ReadAsync(), Does.StartWith("462-7["));
        await _party.Client.ReadAsync();
        await _party.Client.ReadAsync();
        await _party.AssertAliveAsync();
    }

    [TestCase("""450-["x"]""", TestName = "No attachment is too few")]
    [TestCase("""4511-["x",{"_placeholder":true,"num":0}]""", TestName = "Eleven attachments are too many")]
    [TestCase("""451000000-["x",{"_placeholder":true,"num":0}]""", TestName = "A million attachments are too many")]
    [TestCase("""4599999999999-["x"]""", TestName = "A count beyond integers is no count")]
    [TestCase("""45["x"]""", TestName = "A count is needed")]
    [TestCase("""451["x"]""", TestName = "A count needs its dash")]
    [TestCase("""45-1-["x"]""", TestName = "A negative count is no count")]
    [TestCase("""451.5-["x"]""", TestName = "A fraction is no count")]
    [TestCase("""451-["x",{"_placeholder":true,"num":1}]""", TestName = "A placeholder beyond the attachments is refused")]
    [TestCase("""451-["x",{"_placeholder":true,"num":-1}]""", TestName = "A negative placeholder is refused")]
    [TestCase("""451-["x",{"_placeholder":true,"num":"0"}]""", TestName = "A placeholder whose number is text is refused")]
    [TestCase("""451-["x",{"_placeholder":true,"num":"splice"}]""", TestName = "A placeholder that names a method is refused")]
    [TestCase("""451-["x",{"_placeholder":true,"num":0.5}]""", TestName = "A fractional placeholder is refused")]
    [TestCase("""451-["x",{"_placeholder":true}]""", TestName = "A placeholder without a number is refused")]
    [TestCase("""451-["x",{"_placeholder":true,"num":0,"num":7}]""", TestName = "Of a repeated number the last counts")]
    [TestCase("""451-["x",{"_placeholder":{"_placeholder":true,"num":7}}]""", TestName = "A placeholder inside a placeholder's mark is refused")]
    [TestCase("""451-["x",{"num":[{"_placeholder":true,"num":7}]}]""", TestName = "A placeholder inside a number is refused")]
    [TestCase("""451-["x",{"\u005fplaceholder":true,"num":7}]""", TestName = "An escaped placeholder is one, too")]
    [TestCase("""451-/nowhere,["x",{"_placeholder":true,"num":0}]""", TestName = "A binary event for a namespace not joined is refused")]
    [TestCase("""451-["connect",{"_placeholder":true,"num":0}]""", TestName = "A binary event with a reserved name is refused")]
    [TestCase("""461-7{"_placeholder":true,"num":0}""", TestName = "A binary ack is an array")]
    public async Task A_malformed_binary_packet_closes_the_session(string packet)
    {
        await _party.SendAsync(packet);
        await _party.AssertClosedAsync(packet.Contains("nowhere", StringComparison.Ordinal) ? "forced server close" : "forced close");
    }

    [TestCase("""42["text"]""")]
    [TestCase("41")]
    [TestCase("40")]
    [TestCase("4")]
    [TestCase("""451-["y",{"_placeholder":true,"num":0}]""")]
    public async Task Text_while_attachments_are_due_closes_the_session(string packet)
    {
        await _party.SendAsync("""451-["x",{"_placeholder":true,"num":0}]""", packet);
        await _party.SendBinaryAsync(1);
        await _party.AssertClosedAsync("forced close");
        Assert.That(_party.Root.Unread(), Is.Empty);
    }

    [Test]
    public async Task A_binary_that_nothing_announced_closes_the_session()
    {
        await _party.SendBinaryAsync(1);
        await _party.AssertClosedAsync("forced close");
    }

    [Test]
    public async Task One_attachment_too_many_closes_the_session_after_the_event()
    {
        await _party.SendAsync("""451-["x",{"_placeholder":true,"num":0}]""");
        await _party.SendBinaryAsync(1);
        await _party.SendBinaryAsync(2);
        Assert.That(await _party.Root.HearAsync(), Does.StartWith("event x"));
        await _party.AssertClosedAsync("forced close");
    }

    [Test]
    public async Task Attachments_are_bounded_in_bytes_together()
    {
        await _party.SendAsync("""452-7["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]""");
        await _party.SendBinaryAsync(new byte[500]);
        await _party.SendBinaryAsync(new byte[500]);
        Assert.That(await _party.ReadAsync(), Does.StartWith("462-7"));
        await _party.Client.ReadAsync();
        await _party.Client.ReadAsync();
        await _party.SendAsync("""452-7["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]""");
        await _party.SendBinaryAsync(new byte[500]);
        await _party.SendBinaryAsync(new byte[501]);
        await _party.AssertClosedAsync("forced close");
    }

    [Test]
    public async Task Attachments_that_do_not_come_in_ten_seconds_close_the_session()
    {
        await _party.SendAsync("""452-["x",{"_placeholder":true,"num":0}]""");
        await _party.SendBinaryAsync(1);
        await _party.Client.SendAsync(0x89);
        Assert.That((await _party.Client.ReadAsync()).First, Is.EqualTo(0x8a), "what came before the ping has been read");
        _party.Time.Advance(9_999);
        Assert.That(_party.Server.Engine.Count, Is.EqualTo(1));
        _party.Time.Advance(1);
        await _party.AssertClosedAsync("forced server close");
    }

    [Test]
    public async Task The_time_for_attachments_ends_with_the_last_of_them()
    {
        await _party.SendAsync("""451-7["x",{"_placeholder":true,"num":0}]""");
        await _party.SendBinaryAsync(1);
        await _party.ReadAsync();
        await _party.Client.ReadAsync();
        _party.Time.Advance(60_000);
        await _party.AssertAliveAsync();
    }

    [Test]
    public async Task A_placeholder_in_a_plain_event_is_ordinary_data()
    {
        await _party.SendAsync("""427["x",{"_placeholder":true,"num":99}]""");
        Assert.That(await _party.ReadAsync(), Is.EqualTo("""437[{"_placeholder":true,"num":99}]"""));
    }
}
