using System.Text;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;
using ChatServer.SocketIo.Protocol.Msgpack;

namespace ChatServer.Tests.SocketIo.Msgpack;

/// <summary>protocol.md appendix A: packets as they were recorded, and what is no packet.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MsgpackFormatTests
{
    private const string Connect = "83 A474797065 00 A464617461 81A5746F6B656EA174 A36E7370 A12F";

    private const string Event =
        "85 A474797065 02 A464617461 93 A16D A178 C4020908 A76F7074696F6E73 81 A8636F6D7072657373 C3 A26964 00 A36E7370 A12F";

    private const string Ack = "84 A26964 00 A474797065 03 A464617461 92 C4020908 A178 A36E7370 A12F";

    [TestCase(Connect, """Connect / - {"token":"t"}""")]
    [TestCase(Event, """Event / 0 ["m","x",{"_placeholder":true,"num":0}] 0908""")]
    [TestCase(Ack, """Ack / 0 [{"_placeholder":true,"num":0},"x"] 0908""")]
    [TestCase("82 A474797065 00 A36E7370 A22F61", "Connect /a - ")]
    [TestCase("83 A474797065 00 A464617461 C0 A36E7370 A12F", "Connect / - ", TestName = "Nil is no payload")]
    [TestCase("84 A474797065 00 A464617461 D40000 A26964 D40000 A36E7370 A12F", "Connect / - ", TestName = "Undefined is no payload and no id")]
    [TestCase("83 A474797065 01 A464617461 D40000 A36E7370 A12F", "Disconnect / - ")]
    [TestCase("83 A474797065 02 A464617461 90 A36E7370 A12F", "Event / - []", TestName = "An event without a name has to be looked at by whoever wants it")]
    [TestCase("DF00000003 D904 74797065 CC02 DA0004 64617461 DC0001 CD0102 DB00000003 6E7370 D901 2F", "Event / - [258]", TestName = "In the longest forms")]
    [TestCase("84 A474797065 04 A474797065 02 A464617461 91A161 A36E7370 A12F", """Event / - ["a"]""", TestName = "Of equal keys the last counts")]
    [TestCase("84 A474797065 03 A26964 CF001FFFFFFFFFFFFF A464617461 90 A36E7370 A12F", "Ack / 9007199254740991 []")]
    public void A_packet_is_read(string hex, string expected) => Assert.That(Decode(MsgpackReaderTests.Hex(hex)), Is.EqualTo(expected));

    [TestCase("", TestName = "Nothing")]
    [TestCase("90", TestName = "An array")]
    [TestCase("80", TestName = "An empty map")]
    [TestCase("04 84 17 02", TestName = "What the public suite sends")]
    [TestCase("81 A474797065 00", TestName = "No namespace")]
    [TestCase("82 A474797065 00 A36E7370 C0", TestName = "A namespace of nil")]
    [TestCase("82 A474797065 00 A36E7370 C4012F", TestName = "A namespace of bytes")]
    [TestCase("82 A474797065 05 A36E7370 A12F", TestName = "A type that only JSON has")]
    [TestCase("82 A474797065 FF A36E7370 A12F", TestName = "A negative type")]
    [TestCase("82 A474797065 A130 A36E7370 A12F", TestName = "A type of text")]
    [TestCase("82 A474797065 CB0000000000000000 A36E7370 A12F", TestName = "A type with a fraction")]
    [TestCase("83 A474797065 00 A464617461 90 A36E7370 A12F", TestName = "A CONNECT with an array")]
    [TestCase("83 A474797065 00 A464617461 81A161C40109 A36E7370 A12F", TestName = "A CONNECT with bytes in it")]
    [TestCase("83 A474797065 01 A464617461 80 A36E7370 A12F", TestName = "A DISCONNECT with a payload")]
    [TestCase("82 A474797065 02 A36E7370 A12F", TestName = "An event without a payload")]
    [TestCase("83 A474797065 02 A464617461 80 A36E7370 A12F", TestName = "An event with a map")]
    [TestCase("83 A474797065 03 A464617461 D40000 A36E7370 A12F", TestName = "An ack of undefined")]
    [TestCase("84 A474797065 02 A464617461 91A161 A26964 FF A36E7370 A12F", TestName = "A negative id")]
    [TestCase("84 A474797065 02 A464617461 91A161 A26964 CF0020000000000000 A36E7370 A12F", TestName = "An id beyond what JavaScript can count to")]
    [TestCase("84 A474797065 02 A464617461 91A161 A26964 A131 A36E7370 A12F", TestName = "An id of text")]
    [TestCase("83 A474797065 02 A464617461 92A161C1 A36E7370 A12F", TestName = "A byte that is no msgpack")]
    [TestCase("82 A474797065 00 A36E7370 A12F 00", TestName = "A byte too many")]
    [TestCase("83 C0 00 A474797065 00 A36E7370 A12F", TestName = "A key of nil")]
    [TestCase("83 A474797065 02 A464617461 93 A161 C40109 82AC5F706C616365686F6C646572C3A36E756D01 A36E7370 A12F", TestName = "What looks like a placeholder beyond the bytes")]
    public void Anything_else_is_refused(string hex) => Assert.That(Decode(MsgpackReaderTests.Hex(hex)), Is.Null);

    [Test]
    public void A_part_of_a_packet_is_none([Values(Connect, Event, Ack)] string hex)
    {
        var bytes = MsgpackReaderTests.Hex(hex);
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(Decode(bytes[..length]), Is.Null, $"the first {length} bytes");
    }

    [Test]
    public void Text_is_no_packet() =>
        Assert.That(new MsgpackFormat().TryDecode("0"u8.ToArray(), isBinary: false, new SocketIoOptions(), SocketIoRevision.V5, out _), Is.False);

    [Test]
    public void A_namespace_is_bounded() =>
        Assert.That(Decode([.. MsgpackReaderTests.Hex("82 A474797065 00 A36E7370 D941"), .. Encoding.ASCII.GetBytes(new string('/', 65))]), Is.Null);

    [Test]
    public void Every_packet_is_written_as_documented()
    {
        var one = """{"_placeholder":true,"num":0}"""u8.ToArray();
        Check([PacketEncoder.Connected("/", "abc")], "83 A474797065 00 A464617461 81A3736964A3616263 A36E7370 A12F");
        Check([PacketEncoder.Connected("/")], "82 A474797065 00 A36E7370 A12F");
        Check([PacketEncoder.Disconnected("/a")], "82 A474797065 01 A36E7370 A22F61");
        Check([PacketEncoder.Refused("/a", new ConnectError("no", default))], "83 A474797065 04 A464617461 81A76D657373616765A26E6F A36E7370 A22F61");
        Check([PacketEncoder.RawEvent("/", "m", "1"u8.ToArray(), 0, 5)], "84 A474797065 02 A464617461 92A16D01 A26964 05 A36E7370 A12F");
        Check([PacketEncoder.RawAck("/", 0, one, 1), new OutboundPacket(new byte[] { 9, 8 }, IsBinary: true)], "84 A474797065 03 A464617461 91C4020908 A26964 00 A36E7370 A12F");
    }

    [Test]
    public void Several_packets_stay_several_in_order()
    {
        OutboundPacket[] packets = [Text("42[\"a\"]"), Text("451-[\"b\",{\"_placeholder\":true,\"num\":0}]"), new(new byte[] { 1 }, IsBinary: true), Text("42[\"c\"]")];

        var messages = new MsgpackFormat().ToMessages(packets).ToArray();

        Assert.That(messages.Select(message => Decode(message.Bytes.ToArray())), Is.EqualTo(new[]
        {
            """Event / - ["a"]""", """Event / - ["b",{"_placeholder":true,"num":0}] 01""", """Event / - ["c"]""",
        }));
        Assert.That(messages.All(message => message.IsBinary), Is.True);
    }

    [Test]
    public void A_shared_packet_is_converted_once_and_its_bytes_are_shared()
    {
        var format = new MsgpackFormat();
        OutboundPacket[] packets = [Text("451-[\"b\",{\"_placeholder\":true,\"num\":0}]"), new(new byte[] { 1 }, IsBinary: true)];
        OutboundPacket[] others = [packets[0], new(new byte[] { 2 }, IsBinary: true)];

        Assert.That(format.ToMessages(packets)[0], Is.EqualTo(format.ToMessages([.. packets])[0]), "records of memory are equal when they are the same bytes");
        Assert.That(Decode(format.ToMessages(others)[0].Bytes.ToArray()), Does.EndWith("02"));
        Assert.That(Decode(format.ToMessages(packets)[0].Bytes.ToArray()), Does.EndWith("01"));
    }

    [Test]
    public void What_is_no_packet_of_ours_is_a_fault_of_the_caller()
    {
        Assert.That(() => new MsgpackFormat().ToMessages([Text("49")]).Length, Throws.ArgumentException);
        Assert.That(() => new MsgpackFormat().ToMessages([Text("451-[\"b\"]")]).Length, Throws.ArgumentException);
        Assert.That(() => new MsgpackFormat().ToMessages([new(new byte[] { 1 }, IsBinary: true)]).Length, Throws.ArgumentException);
    }

    /// <summary>Type, namespace, id, payload, and the binary arguments in hex; null for no packet.</summary>
    public static string? Decode(byte[] message)
    {
        if (!new MsgpackFormat().TryDecode(message, isBinary: true, new SocketIoOptions(), SocketIoRevision.V5, out var packet))
            return null;
        var head = $"{packet.Type} {Encoding.UTF8.GetString(packet.Namespace.Span)} {packet.AckId?.ToString() ?? "-"} {Encoding.UTF8.GetString(packet.Payload.Span)}";
        return string.Join(' ', [head, .. (packet.Enclosed ?? []).Select(bytes => Convert.ToHexString(bytes.Span))]);
    }

    private static void Check(OutboundPacket[] packets, string hex) =>
        Assert.That(Convert.ToHexString(new MsgpackFormat().ToMessages(packets)[0].Bytes.Span), Is.EqualTo(hex.Replace(" ", "", StringComparison.Ordinal)));

    private static OutboundPacket Text(string packet) => new(Encoding.UTF8.GetBytes(packet));
}
