using System.Buffers;
using System.Text;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md section 4: packets and payloads of revision 4, both ways from one table, then what is malformed.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PacketCodecTests
{
    [TestCase("0{}", PacketType.Open, "{}")]
    [TestCase("1", PacketType.Close, "")]
    [TestCase("2", PacketType.Ping, "")]
    [TestCase("2probe", PacketType.Ping, "probe")]
    [TestCase("3", PacketType.Pong, "")]
    [TestCase("4", PacketType.Message, "")]
    [TestCase("4hello", PacketType.Message, "hello")]
    [TestCase("4€😀", PacketType.Message, "€😀")]
    [TestCase("44", PacketType.Message, "4")]
    [TestCase("5", PacketType.Upgrade, "")]
    [TestCase("6", PacketType.Noop, "")]
    public void A_text_packet_is_its_digit_and_its_data(string text, PacketType type, string data)
    {
        Assert.That(PacketCodec.TryDecode(Encoding.UTF8.GetBytes(text), out var packet));
        Assert.That((packet.Type, Encoding.UTF8.GetString(packet.Data.Span), packet.IsBinary), Is.EqualTo((type, data, false)));
    }

    [TestCase("b", "")]
    [TestCase("bAQIDBA==", "01020304")]
    [TestCase("bAQIDBA=", "01020304")]
    [TestCase("bAQIDBA", "01020304")]
    [TestCase("bAQI", "0102")]
    [TestCase("bAQID", "010203")]
    [TestCase("b////", "FFFFFF")]
    [TestCase("b++++", "FBEFBE")]
    public void A_binary_packet_is_base64_with_or_without_padding(string text, string hex)
    {
        Assert.That(PacketCodec.TryDecode(Encoding.UTF8.GetBytes(text), out var packet));
        Assert.That((packet.Type, Convert.ToHexString(packet.Data.Span), packet.IsBinary), Is.EqualTo((PacketType.Message, hex, true)));
    }

    [TestCase("")]
    [TestCase("7")]
    [TestCase("8")]
    [TestCase("9")]
    [TestCase("/")]
    [TestCase(":")]
    [TestCase("a")]
    [TestCase("B")]
    [TestCase(" 4")]
    [TestCase("\u0004", TestName = "A type as a byte is malformed")]
    [TestCase("€")]
    [TestCase("bA")]
    [TestCase("b=")]
    [TestCase("bAQ=A")]
    [TestCase("b*")]
    [TestCase("bAQIDBA===")]
    public void Anything_else_is_malformed(string text) =>
        Assert.That(PacketCodec.TryDecode(Encoding.UTF8.GetBytes(text), out _), Is.False);

    [TestCase("4hello")]
    [TestCase("4hello␞2␞4world")]
    [TestCase("4hello␞bAQIDBA==")]
    [TestCase("451-[\"e\",{\"_placeholder\":true,\"num\":0}]␞bAQIDBA==␞b␞4")]
    [TestCase("4€␞4😀")]
    public void A_payload_is_decoded_and_encoded_again_to_the_same(string text)
    {
        var packets = new List<Packet>();
        Assert.That(PayloadV4.TryDecode(Bytes(text), 1_000, packets));
        Assert.That(packets, Has.Count.EqualTo(text.Split('␞').Length));
        Assert.That(Encode(packets.Select(Again)), Is.EqualTo(text.Replace('␞', '\x1e')));
    }

    [TestCase("", 0)]
    [TestCase("4a␞", 1)]
    [TestCase("␞4a", 0)]
    [TestCase("4a␞␞4b", 1)]
    [TestCase("4a␞4b␞x␞4c", 2)]
    public void Decoding_stops_at_the_first_malformed_packet(string text, int count)
    {
        var packets = new List<Packet>();
        Assert.That(PayloadV4.TryDecode(Bytes(text), 1_000, packets), Is.False);
        Assert.That(packets, Has.Count.EqualTo(count));
    }

    [TestCase(3, true)]
    [TestCase(4, false)]
    [TestCase(200_000, false)]
    public void Packets_of_one_payload_are_bounded(int count, bool isTaken)
    {
        var packets = new List<Packet>();
        var body = Encoding.UTF8.GetBytes(string.Join('\x1e', Enumerable.Repeat("4", count)));
        Assert.That(PayloadV4.TryDecode(body, 3, packets), Is.EqualTo(isTaken));
        Assert.That(packets, Has.Count.EqualTo(3));
    }

    [TestCase(new byte[] { (byte)'4', 0xff })]
    [TestCase(new byte[] { (byte)'4', 0xc0, 0x80 })]
    [TestCase(new byte[] { (byte)'4', 0xed, 0xa0, 0x80 })]
    [TestCase(new byte[] { (byte)'4', 0xe2, 0x82 })]
    public void A_payload_is_UTF8(byte[] body) =>
        Assert.That(PayloadV4.TryDecode(body, 1_000, []), Is.False);

    [Test]
    public void Whatever_is_sent_is_what_arrives()
    {
        var packet = Gen.OneOf(
            ArbMap.Default.GeneratorFor<NonNull<string>>()
                .Select(text => new OutboundPacket(Encoding.UTF8.GetBytes($"4{text.Get.Replace("\x1e", "", StringComparison.Ordinal)}"))),
            ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => new OutboundPacket(bytes ?? [], IsBinary: true)));
        Prop.ForAll(Arb.From(Gen.NonEmptyListOf(packet)), sent =>
        {
            var received = new List<Packet>();
            return PayloadV4.TryDecode(Encoding.UTF8.GetBytes(Encode(sent)), 1_000, received)
                && received.Select(Again).Zip(sent).All(pair =>
                    pair.First.IsBinary == pair.Second.IsBinary && pair.First.Bytes.Span.SequenceEqual(pair.Second.Bytes.Span));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void A_revision_is_found_by_its_exact_name()
    {
        var options = new EngineIoOptions();
        Assert.That(Revision.Find("4", options), Is.SameAs(Revision.V4));
        Assert.That(Revision.Find("3", options), Is.SameAs(Revision.V3));
        Assert.That(Revision.Find("3", new EngineIoOptions { AllowEio3 = false }), Is.Null);
        Assert.That(new[] { null, "", "5", "04", "4 ", "４" }.Select(name => Revision.Find(name, options)), Is.All.Null);
    }

    [Test]
    public void The_open_packet_is_written_in_the_references_order()
    {
        var options = new EngineIoOptions { PingInterval = 300, PingTimeout = 200, MaxPayload = 5_000 };
        Assert.That(
            Encoding.UTF8.GetString(OpenPacket.Encode("abc", offersUpgrade: true, options).Bytes.Span),
            Is.EqualTo("""0{"sid":"abc","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":5000}"""));
    }

    /// <summary>The separator is shown as ␞: no runner reports a test whose name holds the real one.</summary>
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace('␞', '\x1e'));

    private static OutboundPacket Again(Packet packet) => packet.IsBinary
        ? new OutboundPacket(packet.Data, IsBinary: true)
        : new OutboundPacket((byte[])[(byte)('0' + (byte)packet.Type), .. packet.Data.Span]);

    private static string Encode(IEnumerable<OutboundPacket> packets)
    {
        var output = new ArrayBufferWriter<byte>();
        PayloadV4.Encode([.. packets], output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
