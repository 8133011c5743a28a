using System.Buffers;
using System.Text;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md section 5: both forms of a payload of Engine.IO 3, in both directions, then what is malformed.</summary>
[Parallelizable]
internal sealed class PayloadV3Tests
{
    private const int Most = 1_000;

    private static readonly object[] TextForms =
    [
        new object[] { "6:4hello", "4hello" },
        new object[] { "6:4hello2:4€", "4hello 4€" },
        new object[] { """24:42["message-back","€😀"]""", """42["message-back","€😀"]""" },
        new object[] { "10:b4AQIDBA==", "hex:01020304" },
        new object[] { "6:4hello10:b4AQIDBA==1:2", "4hello hex:01020304 2" },
        new object[] { "2:b4", "hex:" },
        new object[] { "1:61:1", "6 1" },
        new object[] { "9:41:0:2:42", "41:0:2:42" },
        new object[] { "3:4😀2:4x", "4😀 4x" },
    ];

    private static readonly object[] BinaryForms =
    [
        new object[] { "0006FF3468656C6C6F0105FF0401020304", "4hello hex:01020304" },
        new object[] { "0004FF34E282AC", "4€" },
        new object[] { "0005FF34F09F9880", "4😀" },
        new object[] { "0101FF04", "hex:" },
        new object[] { "010100FF04112233445566778899", "hex:112233445566778899" },
    ];

    [TestCaseSource(nameof(TextForms))]
    public void The_text_form_counts_UTF16_units(string payload, string packets)
    {
        Assert.That(Decode(PayloadForm.TextV3, Encoding.UTF8.GetBytes(payload)), Is.EqualTo(packets));
        Assert.That(Encoding.UTF8.GetString(Encode(PayloadForm.TextV3, packets)), Is.EqualTo(payload));
    }

    [TestCaseSource(nameof(BinaryForms))]
    public void The_binary_form_counts_bytes(string payload, string packets)
    {
        Assert.That(Decode(PayloadForm.BinaryV3, Convert.FromHexString(payload)), Is.EqualTo(packets));
        Assert.That(Convert.ToHexString(Encode(PayloadForm.BinaryV3, packets)), Is.EqualTo(payload));
    }

    [Test]
    public void A_length_takes_one_byte_for_each_digit()
    {
        var text = "4" + new string('x', 59);
        var payload = Encode(PayloadForm.BinaryV3, text);
        Assert.That(payload[..4], Is.EqualTo(new byte[] { 0, 6, 0, 0xFF }));
        Assert.That(Decode(PayloadForm.BinaryV3, payload), Is.EqualTo(text));
    }

    [Test]
    public void A_payload_may_say_that_it_is_empty() => Assert.That(Decode(PayloadForm.TextV3, "0:"u8.ToArray()), Is.Empty);

    [TestCase("6:4hello8:b4AQIDBA", "4hello hex:01020304", TestName = "Base64 may lack its padding")]
    [TestCase("006:4hello", "4hello", TestName = "A length may begin with zeros")]
    public void What_clients_write_loosely_is_read(string payload, string packets) =>
        Assert.That(Decode(PayloadForm.TextV3, Encoding.UTF8.GetBytes(payload)), Is.EqualTo(packets));

    [TestCase("", "")]
    [TestCase("abc", "")]
    [TestCase("6", "")]
    [TestCase("6:", "")]
    [TestCase(":4hello", "")]
    [TestCase("-6:4hello", "")]
    [TestCase("+6:4hello", "")]
    [TestCase(" 6:4hello", "")]
    [TestCase("6 :4hello", "")]
    [TestCase("6.0:4hello", "")]
    [TestCase("0x6:4hello", "")]
    [TestCase("7:4hello", "")]
    [TestCase("5:4hello", "4hell")]
    [TestCase("6:4hellox", "4hello")]
    [TestCase("6:4hello6", "4hello")]
    [TestCase("6:4hello0:", "4hello")]
    [TestCase("0:6:4hello", "")]
    [TestCase("1:7", "")]
    [TestCase("1:x", "")]
    [TestCase("2:4😀", "")]
    [TestCase("5:4€", "")]
    [TestCase("1:b", "")]
    [TestCase("9:bAQIDBA==", "")]
    [TestCase("10:b2AQIDBA==", "")]
    [TestCase("3:b4*", "")]
    [TestCase("9999999999:4x", "")]
    [TestCase("99999999999999999999999999999999999999:4x", "")]
    public void Malformed_text_is_refused_behind_what_was_well_formed(string payload, string before) =>
        AssertMalformed(PayloadForm.TextV3, Encoding.UTF8.GetBytes(payload), before);

    [TestCase("", "")]
    [TestCase("00", "")]
    [TestCase("0006", "")]
    [TestCase("0006FF", "")]
    [TestCase("00FF34", "")]
    [TestCase("0000FF", "")]
    [TestCase("0006FF3468656C6C", "")]
    [TestCase("0006FF3468656C6C6F00", "4hello")]
    [TestCase("0006FF3468656C6C6F0000FF", "4hello")]
    [TestCase("0206FF3468656C6C6F", "")]
    [TestCase("000AFF3468656C6C6F0000000000", "")]
    [TestCase("0036FF3468656C6C6F", "")]
    [TestCase("0004FF34FF41AC", "")]
    [TestCase("0101FF07", "")]
    [TestCase("0101FF34", "")]
    [TestCase("0009090909090909090909FF34", "")]
    public void Malformed_bytes_are_refused_behind_what_was_well_formed(string payload, string before) =>
        AssertMalformed(PayloadForm.BinaryV3, Convert.FromHexString(payload), before);

    [Test]
    public void More_packets_than_allowed_are_malformed()
    {
        var packets = new List<Packet>();
        Assert.That(PayloadForm.TextV3.TryDecode("1:21:21:2"u8.ToArray(), 2, packets), Is.False);
        Assert.That(packets, Has.Count.EqualTo(2));
        Assert.That(PayloadForm.TextV3.TryDecode("1:21:2"u8.ToArray(), 2, []), Is.True);
        Assert.That(PayloadForm.BinaryV3.TryDecode(Convert.FromHexString("0001FF320001FF32"), 1, []), Is.False);
    }

    /// <summary>The reference takes the first byte as any type; only messages can be binary, and the others do nothing here.</summary>
    [TestCase("0101FF01")]
    [TestCase("0102FF0207")]
    [TestCase("0101FF00")]
    public void Binary_packets_that_are_no_message_do_nothing(string payload)
    {
        var packets = new List<Packet>();
        Assert.That(PayloadForm.BinaryV3.TryDecode(Convert.FromHexString(payload), Most, packets), Is.True);
        Assert.That(packets.Single().Type, Is.EqualTo(PacketType.Noop));
    }

    [Test]
    public void Whatever_is_encoded_comes_back()
    {
        var random = new Random(20_261_126);
        for (var round = 0; round < 2_000; round++)
        {
            var packets = string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => AnyPacket(random)));
            foreach (var form in new[] { PayloadForm.TextV3, PayloadForm.BinaryV3 })
                Assert.That(Decode(form, Encode(form, packets)), Is.EqualTo(packets));
        }
    }

    private static string AnyPacket(Random random)
    {
        if (random.Next(3) == 0)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            return $"hex:{Convert.ToHexString(bytes)}";
        }
        string[] letters = ["a", "€", "😀", ":", "0", "9", "b", "\"", "\\", "\u00ff", "\u2028"];
        return $"4{string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => letters[random.Next(letters.Length)]))}";
    }

    private static void AssertMalformed(PayloadForm form, byte[] body, string before)
    {
        var packets = new List<Packet>();
        Assert.That(form.TryDecode(body, Most, packets), Is.False);
        Assert.That(string.Join(' ', packets.Select(Describe)), Is.EqualTo(before));
    }

    private static string Decode(PayloadForm form, byte[] body)
    {
        var packets = new List<Packet>();
        Assert.That(form.TryDecode(body, Most, packets), Is.True);
        return string.Join(' ', packets.Select(Describe));
    }

    private static string Describe(Packet packet) =>
        packet.IsBinary ? $"hex:{Convert.ToHexString(packet.Data.Span)}" : $"{(int)packet.Type}{Encoding.UTF8.GetString(packet.Data.Span)}";

    private static byte[] Encode(PayloadForm form, string packets)
    {
        var output = new ArrayBufferWriter<byte>();
        form.Encode([.. packets.Split(' ').Select(packet => packet.StartsWith("hex:", StringComparison.Ordinal)
            ? new OutboundPacket(Convert.FromHexString(packet[4..]), IsBinary: true)
            : new OutboundPacket(Encoding.UTF8.GetBytes(packet)))], output);
        return output.WrittenSpan.ToArray();
    }
}
