using System.Buffers;
using System.Text;
using ChatServer.EngineIo.Protocol;
using ChatServer.EngineIo.Transports;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>
/// The engine's parsers against 600,000 inputs bent out of shape: each is refused or taken as the plainest decoder has it, and what is taken
/// comes back when it is encoded.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MutationTests
{
    private const int MaxPackets = 5;
    private const int MaxMessage = 300;

    private static readonly byte[][] Tokens =
        [.. ((string[])["\x1e", ":", "b", "b4", "4", "6", "0:", "1:2", "09", "=", "+", "%", "\\n", "\\\\n", "&d=", "€", "😀", "\u00ff"]).Select(Encoding.UTF8.GetBytes),
         [0xff], [0xc0], [0xed, 0xa0, 0x80], [0, 1, 0xff], [1, 2, 0xff, 4], [0x81, 0x80, 1, 2, 3, 4], [0x80, 0x80, 0, 0, 0, 0]];

    private static readonly string[] Payloads = ["4hello", "4hello 2 3probe", "4€😀 hex:01020304 4x", "hex:", "hex:FFFEFD hex:00", "451-[\"e\",{\"_placeholder\":true,\"num\":0}] hex:0102 1", "5 6", "0{}", "4"];

    private static readonly byte[][] Frames =
    [
        RawWebSocket.TextFrame("4hello€"), RawWebSocket.Frame(0x82, [1, 2, 3]), [.. RawWebSocket.Frame(0x01, "4he"u8), .. RawWebSocket.Frame(0x89, "p"u8), .. RawWebSocket.Frame(0x80, "llo"u8)],
        RawWebSocket.Frame(0x82, new byte[200]), RawWebSocket.Frame(0x88, [3, 232, 65]), [.. RawWebSocket.TextFrame("2"), .. RawWebSocket.TextFrame("4x"), .. RawWebSocket.Frame(0x8a, [])],
        [.. RawWebSocket.Frame(0x02, new byte[150]), .. RawWebSocket.Frame(0x00, []), .. RawWebSocket.Frame(0x80, new byte[150])],
    ];

    [Test]
    public void A_packet_is_one_of_the_table_or_refused() => new Mutations([.. Payloads.Select(packets => Encode(PayloadForm.V4, packets.Split(' ')[..1]))], Tokens).Check(100_000, input =>
    {
        var isTaken = PacketCodec.TryDecode(input, out var packet);
        var (isWhole, packets) = PlainDecoders.PayloadV4(input, 1);
        // The payload's rules, that it is UTF-8 and that 0x1E separates, are not the packet's.
        return input.Contains((byte)0x1e) || !System.Text.Unicode.Utf8.IsValid(input) ? (isTaken, null)
            : (isTaken, isTaken == isWhole && (!isTaken || Describe(packet) == packets[0]) ? null : $"taken {isTaken} for {isWhole}");
    });

    [Test]
    public void A_payload_of_revision_4_is_what_it_plainly_is() => CheckPayload(PayloadForm.V4, 150_000, PlainDecoders.PayloadV4);

    [Test]
    public void A_text_payload_of_revision_3_is_what_it_plainly_is() => CheckPayload(PayloadForm.TextV3, 100_000, PlainDecoders.TextV3);

    [Test]
    public void A_binary_payload_of_revision_3_is_what_it_plainly_is() => CheckPayload(PayloadForm.BinaryV3, 100_000, PlainDecoders.BinaryV3);

    [Test]
    public void A_form_of_a_script_tag_holds_what_its_field_does() =>
        new Mutations([.. Payloads.Select(packets => (byte[])[.. "d="u8, .. Encode(PayloadForm.TextV3, packets.Split(' '))])], Tokens).Check(50_000, input =>
        {
            var field = Jsonp.TryReadForm(input, out var payload) ? PlainDecoders.TextV3(payload, MaxPackets) : (IsWhole: false, Packets: []);
            return Compare(PayloadForm.Jsonp("0"), input, field);
        });

    [Test]
    public void Frames_are_read_as_plainly_however_they_are_cut() => new Mutations(Frames, Tokens).Check(100_000, input =>
    {
        var plain = new PlainFrames(input, MaxMessage);
        var expected = plain.Read();
        foreach (var size in (int[])[input.Length + 1, 7])
        {
            var (messages, end) = ReadFrames(input, size);
            if (end != expected || !messages.SequenceEqual(plain.Messages))
                return (false, $"cut by {size}: {string.Join(' ', messages)} {end}, not {string.Join(' ', plain.Messages)} {expected}");
        }
        return (expected is "more" or "closed", null);
    });

    [TestCase("4␞", "V4")]
    [TestCase("bAQID␞", "V4")]
    [TestCase("4€", "V4")]
    [TestCase("1:4", "TextV3")]
    [TestCase("2:4😀", "TextV3")]
    [TestCase("9:422:422:42", "TextV3")]
    [TestCase("999999999:4", "TextV3")]
    [TestCase("0", "TextV3")]
    [TestCase("d=1:4&", "Jsonp")]
    [TestCase("\\\\n", "Jsonp")]
    [TestCase("%5Cn", "Jsonp")]
    [TestCase("hex:0001", "BinaryV3")]
    [TestCase("hex:0009", "BinaryV3")]
    [TestCase("hex:0001FF34", "BinaryV3")]
    public void A_megabyte_of_anything_is_decoded_in_no_time(string repeated, string name)
    {
        PayloadForm form = name switch
        {
            "V4" => PayloadForm.V4,
            "TextV3" => PayloadForm.TextV3,
            "BinaryV3" => PayloadForm.BinaryV3,
            _ => PayloadForm.Jsonp("0"),
        };
        var unit = name is "BinaryV3" ? Convert.FromHexString(repeated[4..]) : Encoding.UTF8.GetBytes(repeated.Replace('␞', '\x1e'));
        byte[] body = [.. name is "Jsonp" ? "d="u8 : [], .. Enumerable.Repeat(unit, 1_000_000 / unit.Length).SelectMany(bytes => bytes)];
        Quickly.Run(() => form.TryDecode(body, 1_000, []));
    }

    private static void CheckPayload(PayloadForm form, int rounds, Func<byte[], int, (bool IsWhole, List<string> Packets)> plain) =>
        new Mutations([.. Payloads.Select(packets => Encode(form, packets.Split(' ')))], Tokens).Check(rounds, input => Compare(form, input, plain(input, MaxPackets)));

    private static (bool IsTaken, string? Flaw) Compare(PayloadForm form, byte[] input, (bool IsWhole, List<string> Packets) plain)
    {
        var packets = new List<Packet>();
        var isTaken = form.TryDecode(input, MaxPackets, packets);
        var described = packets.Select(Describe).ToList();
        if (isTaken != plain.IsWhole || !described.SequenceEqual(plain.Packets))
            return (isTaken, $"taken {isTaken} as {string.Join(' ', described)}, not {plain.IsWhole} as {string.Join(' ', plain.Packets)}");
        var again = new List<Packet>();
        var comesBack = packets.Count == 0 || (Again(form).TryDecode(Encode(Again(form), described), MaxPackets, again) && again.Select(Describe).SequenceEqual(described));
        return (isTaken, comesBack ? null : "does not come back");
    }

    /// <summary>What a script tag is answered is no form; its payload is text.</summary>
    private static PayloadForm Again(PayloadForm form) => form == PayloadForm.V4 || form == PayloadForm.BinaryV3 ? form : PayloadForm.TextV3;

    private static (List<string> Messages, string End) ReadFrames(byte[] input, int size)
    {
        var (messages, buffer) = (new List<string>(), Segment.Sequence(input, size));
        using var assembly = new WebSocketAssembly(MaxMessage);
        while (WebSocketFrame.Read(buffer, MaxMessage, out var error) is { } frame || error is not WebSocketCloseCode.None)
        {
            if (error is not WebSocketCloseCode.None)
                return (messages, $"{error}");
            frame = WebSocketFrame.Read(buffer, MaxMessage, out _)!.Value;
            if (buffer.Length < frame.TotalLength)
                break;
            var payload = new byte[frame.Length];
            frame.CopyPayload(buffer, payload);
            if (frame.Opcode is Opcode.Close)
                return (messages, WebSocketFrame.IsLegalClose(payload) ? "closed" : "ProtocolError");
            if (!frame.IsControl && assembly.Add(frame, buffer, out var message, out error))
            {
                messages.Add($"{(message.IsBinary ? 2 : 1)}:{Convert.ToHexString(message.Data.Span)}");
                ArrayPool<byte>.Shared.Return(message.Rented);
            }
            if (error is not WebSocketCloseCode.None)
                return (messages, $"{error}");
            buffer = buffer.Slice(frame.TotalLength);
        }
        return (messages, "more");
    }

    private static string Describe(Packet packet) =>
        packet.IsBinary ? $"hex:{Convert.ToHexString(packet.Data.Span)}" : $"{(int)packet.Type}{Encoding.UTF8.GetString(packet.Data.Span)}";

    private static byte[] Encode(PayloadForm form, IEnumerable<string> packets)
    {
        var output = new ArrayBufferWriter<byte>();
        form.Encode([.. packets.Select(packet => packet.StartsWith("hex:", StringComparison.Ordinal)
            ? new OutboundPacket(Convert.FromHexString(packet[4..]), IsBinary: true)
            : new OutboundPacket(Encoding.UTF8.GetBytes(packet)))], output);
        return output.WrittenSpan.ToArray();
    }
}
