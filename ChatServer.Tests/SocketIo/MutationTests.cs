using System.Text;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;
using ChatServer.Tests.SocketIo.Support;
using ChatServer.Tests.Support;
using Packet = ChatServer.SocketIo.Protocol.Packet;
using PacketType = ChatServer.SocketIo.Protocol.PacketType;

namespace ChatServer.Tests.SocketIo;

/// <summary>
/// The decoder against 400,000 packets bent out of shape, and whole sessions against 50,000 series of them. With those of the engine they are a
/// million.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MutationTests
{
    private static readonly SocketIoOptions Options = new();

    private static readonly byte[][] Corpus = [.. new[]
    {
        "0", "0{\"token\":\"abc\"}", "0/admin,{\"a\":[1,2,{\"b\":null}]}", "0/admin?token=1&x=%20,", "1/admin,", "1", "2[\"foo\",1,\"€😀\\ud83d\\ude00\"]",
        "212[\"foo\",{\"a\":{\"b\":[true,false]}}]", "2/admin,13[\"x\"]", "3/admin,13[]", "3[1]", "4{\"message\":\"x\"}", "2[\"\\ud800\",\"\\u0000\",1e400,-0.0]", "2[7,[[[[]]]]]",
        "52-/admin,7[\"baz\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]", "61-7[{\"_placeholder\":true,\"num\":0}]", "51-[\"a\",{\"num\":0,\"_placeholder\":true}]",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Tokens = [.. new[]
    {
        "[", "]", "{", "}", "\"", "\\", "\\u", ",", ":", "-", "/", "?", "4", "5", "0", "99999999999999999999", "1e999", "\x1e", "\0", "_placeholder", "\"num\":", "true", "null", "b", "=", "€", " ",
        "\n", "/*", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    }.Select(Encoding.UTF8.GetBytes), [0xff], [0xed, 0xa0, 0x80], [0xc0]];

    private static readonly byte[][] Series = [.. new[]
    {
        "40\x1e" + "4212[\"foo\",1]\x1e" + "2", "40\x1e" + "451-[\"a\",{\"_placeholder\":true,\"num\":0}]\x1e" + "bAQID\x1e" + "421[\"b\"]", "40/chat,{}\x1e" + "42/chat,[\"x\"]\x1e" + "41/chat,",
        "40\x1e" + "452-[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]\x1e" + "bAQ==\x1e" + "b", "40\x1e" + "430[1]\x1e" + "461-0[{\"_placeholder\":true,\"num\":0}]\x1e" + "b/w",
        "40\x1e" + "41\x1e" + "42[\"late\"]\x1e" + "40", "40\x1e" + "40/x,\x1e" + "40/y,\x1e" + "42/x,[\"a\"]", "40{\"a\":1}\x1e" + "6\x1e" + "3", "40\x1e" + "1",
    }.Select(Encoding.UTF8.GetBytes)];

    [TestCase(false, 250_000)]
    [TestCase(true, 150_000)]
    public void A_packet_is_what_it_plainly_is_and_comes_back(bool isOld, int rounds) => new Mutations(Corpus, Tokens).Check(rounds, input =>
    {
        var revision = isOld ? SocketIoRevision.V4 : SocketIoRevision.V5;
        var isTaken = PacketDecoder.TryDecode(input, Options, revision, out var packet);
        var (described, plain) = (isTaken ? Describe(packet) : null, PlainDecoder.Read(input, Options, isOld));
        return (isTaken, described != plain ? $"taken as {described}, not {plain}" : isTaken ? FindFlaw(packet, revision) : null);
    });

    /// <summary>Whatever a session is sent, it ends by a reason that protocol.md has for that, or goes on; and nothing is left of it.</summary>
    [Test]
    public async Task A_session_goes_on_or_is_closed_and_leaves_nothing()
    {
        var random = new Random(TestContext.Parameters.Get("seed", 20_261_126));
        var mutations = new Mutations(Series, Tokens);
        var ends = new Dictionary<string, int>();
        for (var round = 0; round < 50_000; round++)
        {
            var series = mutations.Bend(Series[random.Next(Series.Length)], random);
            var end = await BareSession.PlayAsync(series, isOld: random.Next(3) == 0);
            ends[end] = ends.GetValueOrDefault(end) + 1;
            if (end is not ("alive" or "forced close" or "forced server close" or "parse error" or "transport close" or "transport error"))
                Assert.Fail($"{end} (round {round}, input {Convert.ToHexString(series)})");
        }
        Assert.That(ends, Has.Count.EqualTo(6), string.Join(", ", ends));
    }

    [TestCase("[", "]")]
    [TestCase("{\"a\":", "}")]
    [TestCase("1,", "")]
    [TestCase("\"", "")]
    [TestCase("\\u0061", "")]
    [TestCase("{\"_placeholder\":true,\"num\":0},", "")]
    public void A_megabyte_of_anything_is_decoded_in_no_time(string open, string close)
    {
        var count = 1_000_000 / (open.Length + close.Length);
        var body = Encoding.UTF8.GetBytes("51-[\"x\"," + string.Concat(Enumerable.Repeat(open, count)) + string.Concat(Enumerable.Repeat(close, count)) + "0]");
        Quickly.Run(() =>
        {
            if (PacketDecoder.TryDecode(body, Options, out var packet))
                FindFlaw(packet, SocketIoRevision.V5);
            Limits.MetBy(PacketFormat.ByName[SocketIoOptions.Json], body, isBinary: false, Options, SocketIoRevision.V5);
        });
    }

    private static string Describe(in Packet packet) =>
        $"{(int)packet.Type} {packet.Attachments} {Latin(packet.Namespace)} {Latin(packet.Query)} {packet.AckId?.ToString() ?? "-"} {Latin(packet.Payload)}";

    private static string Latin(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);

    /// <summary>What has been taken is written again, and must be the same when it is read; its parts can be walked through.</summary>
    private static string? FindFlaw(in Packet packet, SocketIoRevision revision)
    {
        var head = $"{(packet.Attachments == 0 ? (int)packet.Type : (int)packet.Type + 3)}{(packet.Attachments == 0 ? "" : $"{packet.Attachments}-")}{Latin(packet.Namespace)}";
        byte[] again = [.. Encoding.Latin1.GetBytes($"{head}{(packet.Query.IsEmpty ? "" : "?")}{Latin(packet.Query)},{packet.AckId}"), .. packet.Payload.Span];
        if (!PacketDecoder.TryDecode(again, Options, revision, out var second) || Describe(second) != Describe(packet))
            return "does not come back";
        ArrayBounds.AreKept(packet, Options, out _);
        if (packet.Attachments > 0)
            Placeholders.AreWithin(packet.Payload.Span, packet.Attachments, Options.MaxJsonDepth);
        return packet.Type is PacketType.Event && JsonPayload.TryReadName(packet.Payload.Span, Options.MaxEventNameLength, out var name) ? FindFlawInEvent(packet, name, revision) : null;
    }

    private static string? FindFlawInEvent(in Packet packet, string name, SocketIoRevision revision)
    {
        var arguments = EventReader.Arguments(packet.Payload);
        var nsp = Encoding.UTF8.GetString(packet.Namespace.Span);
        OutboundPacket written = PacketEncoder.RawEvent("/", name, arguments, packet.Attachments, packet.AckId);
        if (!PacketDecoder.TryDecode(written.Bytes[1..], Options, revision, out var second) || !JsonPayload.TryReadName(second.Payload.Span, int.MaxValue, out var again))
            return $"cannot be read when {nsp} emits it";
        var same = again == name && EventReader.Arguments(second.Payload).Span.TrimEnd(" \n\r\t"u8).SequenceEqual(arguments.Span.TrimEnd(" \n\r\t"u8))
            && EventReader.Argument(second.Payload, 0).Span.SequenceEqual(EventReader.Argument(packet.Payload, 0).Span);
        return same ? null : "is another event when it is emitted";
    }
}
