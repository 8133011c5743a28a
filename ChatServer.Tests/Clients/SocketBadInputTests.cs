using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>
/// What a client may send by mistake or malice: an <c>error</c> event, a negative acknowledgement where one was asked for, a
/// connection that lives on, and nothing stored.
/// </summary>
public sealed class SocketBadInputTests
{
    // ROOM and FOREIGN stand for the caller's own room and another customer's.
    private static readonly string[] BadEvents =
    [
        """["no_such_event",{"roomId":ROOM}]""",
        """["toString",{}]""",
        """["send_message"]""",
        """["send_message",null]""",
        """["send_message","chào"]""",
        """["send_message",5]""",
        """["send_message",[ROOM,"chào"]]""",
        """["send_message",{}]""",
        """["send_message",{"content":"chào"}]""",
        """["send_message",{"roomId":null,"content":"chào"}]""",
        """["send_message",{"roomId":true,"content":"chào"}]""",
        """["send_message",{"roomId":"abc","content":"chào"}]""",
        """["send_message",{"roomId":"","content":"chào"}]""",
        """["send_message",{"roomId":[ROOM],"content":"chào"}]""",
        """["send_message",{"roomId":{"id":ROOM},"content":"chào"}]""",
        """["send_message",{"roomId":1.5,"content":"chào"}]""",
        """["send_message",{"roomId":-1,"content":"chào"}]""",
        """["send_message",{"roomId":0,"content":"chào"}]""",
        """["send_message",{"roomId":9223372036854775807,"content":"chào"}]""",
        """["send_message",{"roomId":9223372036854775808,"content":"chào"}]""",
        """["send_message",{"roomId":1e400,"content":"chào"}]""",
        """["send_message",{"roomId":"99999999999999999999999","content":"chào"}]""",
        """["send_message",{"roomId":FOREIGN,"content":"chào"}]""",
        """["send_message",{"roomId":ROOM}]""",
        """["send_message",{"roomId":ROOM,"content":null}]""",
        """["send_message",{"roomId":ROOM,"content":5}]""",
        """["send_message",{"roomId":ROOM,"content":["chào"]}]""",
        """["send_message",{"roomId":ROOM,"content":""}]""",
        """["send_message",{"roomId":ROOM,"content":" \t\n "}]""",
        """["send_message",{"roomId":ROOM,"content":"\u0000\u0000"}]""",
        """["send_message",{"roomId":ROOM,"content":"\ud800"}]""",
        """["send_message",{"roomId":ROOM,"content":"LONG"}]""",
        """["send_message",{"roomId":ROOM,"content":"chào","temp_id":"KEY"}]""",
        """["join_room"]""",
        """["join_room",{"roomId":"abc"}]""",
        """["join_room",{"roomId":FOREIGN}]""",
        """["join_room",{"roomId":9223372036854775808}]""",
        """["leave_room",{"roomId":"abc"}]""",
        """["join_session",{}]""",
        """["join_session",{"sessionId":1}]""",
        """["join_session",{"sessionId":{}}]""",
        """["leave_session",{"sessionId":"abc"}]""",
        """["leave_session",{"sessionId":9223372036854775807}]""",
    ];

    // Here the protocol itself is broken, and the protocol says that the connection ends.
    private static readonly string[] BrokenPackets = ["{}", "\"chào\"", "[", "[]", "[null]", "[\"connect\"]", "[\"send_message\",]"];

    private ConsultParty _customer = null!;
    private ConsultParty _other = null!;
    private long _room;
    private long _foreign;

    [SetUp]
    public async Task Bring_two_customers()
    {
        (_customer, _other) = (ConsultServer.Party(Person.Customer()), ConsultServer.Party(Person.Customer()));
        (_room, _foreign) = (await _customer.Rest.RoomAsync(), await _other.Rest.RoomAsync());
    }

    [TearDown]
    public async Task Let_them_go()
    {
        await _customer.DisposeAsync();
        await _other.DisposeAsync();
    }

    [TestCaseSource(nameof(BadEvents))]
    public async Task A_bad_event_is_answered_and_changes_nothing(string template)
    {
        var socket = await _customer.ConnectAsync();
        var witness = await _other.EnterAsync(_foreign);
        var payload = Fill(template);

        var ack = await socket.CallRawAsync(payload);
        await socket.EmitRawAsync(payload);
        await socket.FenceAsync();

        Assert.That(ConsultAck.Code(ack), Is.Not.Empty.And.Not.EqualTo("internal"));
        Assert.That(socket.Errors, Has.Count.EqualTo(2));
        Assert.That(socket.Errors.Select(Message), Is.All.Not.Empty);
        await witness.FenceAsync();
        Assert.That(witness.Seen("new_message"), Is.Empty);
        Assert.That(await _customer.Rest.MessagesAsync(_room), Is.Empty);
        Assert.That(await _other.Rest.MessagesAsync(_foreign), Is.Empty);
    }

    [TestCase("""{"roomId":"ROOM","content":"chào"}""", "chào")]
    [TestCase("""{"roomId":ROOM,"content":"a\u0000b\u0007c\td"}""", "abc\td")]
    [TestCase("""{"roomId":ROOM,"content":"<b>x</b> & \"y\" 🐶"}""", "<b>x</b> & \"y\" 🐶")]
    [TestCase("""{"roomId":ROOM,"content":"chào","more":{"than":["was","asked"]},"__proto__":{}}""", "chào")]
    public async Task A_strange_but_good_message_is_stored(string template, string stored)
    {
        var socket = await _customer.ConnectAsync();

        ConsultAck.AssertOk(await socket.CallRawAsync(Fill($"""["send_message",{template}]""")));

        Assert.That((await _customer.Rest.MessagesAsync(_room)).Select(Content), Is.EqualTo([stored]));
    }

    [Test]
    public async Task A_message_of_10000_characters_is_stored_whole()
    {
        var socket = await _customer.ConnectAsync();
        var content = new string('ă', 10_000);

        ConsultAck.AssertOk(await socket.CallAsync("send_message", new { roomId = _room, content }));

        Assert.That(Content((await _customer.Rest.MessagesAsync(_room)).Single()), Is.EqualTo(content));
    }

    [TestCaseSource(nameof(BrokenPackets))]
    public async Task A_broken_packet_ends_its_own_connection_and_no_other(string payload)
    {
        var broken = await _customer.ConnectAsync();
        var bystander = await _other.ConnectAsync();

        await broken.EmitRawAsync(payload);
        await broken.Ended.WaitAsync(Journal<SocketEvent>.Patience);

        ConsultAck.AssertOk(await bystander.CallAsync("join_room", new { roomId = _foreign }));
    }

    [TestCaseSource(typeof(BadTokens), nameof(BadTokens.All))]
    public async Task A_bad_token_is_refused_with_a_connect_error(string token) =>
        await Assert.ThatAsync(
            () => RawSocketIo.ConnectAsync(ConsultServer.Current.Consult, token),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("\"message\":\"Unauthorized\""));

    private static string? Message(JsonElement error) => error.GetProperty("message").GetString();

    private static string? Content(JsonElement message) => message.GetProperty("content").GetString();

    private string Fill(string template) => template
        .Replace("ROOM", $"{_room}", StringComparison.Ordinal)
        .Replace("FOREIGN", $"{_foreign}", StringComparison.Ordinal)
        .Replace("LONG", new string('x', 10_001), StringComparison.Ordinal)
        .Replace("KEY", new string('k', 129), StringComparison.Ordinal);
}
