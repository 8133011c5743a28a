using System.Diagnostics;
using System.Text;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;
using ChatServer.SocketIo.Protocol.Msgpack;

namespace ChatServer.Tests.SocketIo.Msgpack;

/// <summary>
/// The msgpack parser against packets bent out of shape, always the same ones: none throws, none takes long, and what is taken is JSON within
/// the bounds, and is the same packet when it is written again.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MsgpackMutationTests
{
    private const int Rounds = 100_000;
    private const int Seed = 20_261_126;

    private static readonly SocketIoOptions Options = new();
    private static readonly MsgpackFormat Format = new();

    private static readonly byte[][] Corpus = [.. new[]
    {
        "40", "40{\"token\":\"abc\",\"a\":[1,2,{\"b\":null}]}", "41/admin,", "42[\"foo\",1,\"€😀\",-5,300,70000,1e300,-0.5]",
        "4212[\"foo\",{\"a\":{\"b\":[true,false]}}]", "42/admin,13[\"x\"]", "43/admin,13[]", "44{\"message\":\"x\"}",
    }.Select(text => Format.ToMessages([new OutboundPacket(Encoding.UTF8.GetBytes(text))])[0].Bytes.ToArray()),
    Convert.FromHexString("85A47479706502A46461746193A16DA178C4020908A76F7074696F6E7381A8636F6D7072657373C3A2696400A36E7370A12F"),
    Convert.FromHexString("84A2696400A47479706503A46461746193C4020908D70000000000000000C70200AABBA36E7370A12F")];

    private static readonly byte[][] Tokens =
    [
        [0xc0], [0xc1], [0xc2], [0xc4, 1, 9], [0xc7, 1, 0, 9], [0xca, 0x7f, 0x80, 0, 0], [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], [0xcf, 255, 255, 255, 255, 255, 255, 255, 255],
        [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xd4, 0, 0], [0xd7, 0, 255, 255, 255, 255, 255, 255, 255, 255], [0xdb, 255, 255, 255, 255], [0xdd, 0, 0, 0, 16],
        [0xdf, 255, 255, 255, 255], [0x91, 0x91, 0x91, 0x91], [0x81, 0xa0], [0x90], [0x80], [0xa3, 0xed, 0xa0, 0x80], [0xac, .. "_placeholder"u8], [0xa2, (byte)'i', (byte)'d'],
    ];

    [Test]
    public void Nothing_bent_out_of_shape_throws_or_takes_long()
    {
        var random = new Random(Seed);
        var (taken, longest) = (0, TimeSpan.Zero);
        for (var round = 0; round < Rounds; round++)
        {
            var message = random.Next(2) == 0 ? Mutate(Corpus[random.Next(Corpus.Length)], random) : Compose(random);
            var start = Stopwatch.GetTimestamp();
            Assert.That(() => taken += Walk(message), Throws.Nothing, $"round {round}: {Convert.ToHexString(message)}");
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }
        Assert.That(taken, Is.GreaterThan(Rounds / 10), "the mutations leave too little standing to be worth anything");
        Assert.That(longest, Is.LessThan(TimeSpan.FromMilliseconds(500)), "a pause of the machine included");
    }

    [TestCase("91")]
    [TestCase("81A161")]
    [TestCase("C400")]
    [TestCase("D40000")]
    [TestCase("DD00010000")]
    [TestCase("CB7FEFFFFFFFFFFFFF")]
    [TestCase("A101")]
    [TestCase("82AC5F706C616365686F6C646572C3A36E756D00")]
    public void A_megabyte_of_anything_is_decoded_in_no_time(string hex)
    {
        var part = Convert.FromHexString(hex);
        byte[] flood = [.. Enumerable.Repeat(part, 1_000_000 / part.Length).SelectMany(bytes => bytes)];
        byte[] count = [(byte)(1_000_000 / part.Length >> 24), (byte)(1_000_000 / part.Length >> 16), (byte)(1_000_000 / part.Length >> 8), (byte)(1_000_000 / part.Length)];
        var clock = Stopwatch.StartNew();
        Format.TryDecode((byte[])[0x83, .. flood], isBinary: true, Options, SocketIoRevision.V5, out _);
        Format.TryDecode((byte[])[.. MsgpackReaderTests.Hex("83 A474797065 02 A36E7370 A12F A464617461 DD"), .. count, .. flood], isBinary: true, Options, SocketIoRevision.V5, out _);
        Assert.That(clock.ElapsedMilliseconds, Is.LessThan(1_000));
    }

    /// <summary>Decodes as the server does; 1 when it is taken.</summary>
    private static int Walk(byte[] message)
    {
        if (!Format.TryDecode(message, isBinary: true, Options, SocketIoRevision.V5, out var packet))
            return 0;
        if (packet.Payload.IsEmpty)
            return 1;
        Assert.That(packet.Type is ChatServer.SocketIo.Protocol.PacketType.ConnectError || JsonPayload.Fits(packet.Type, packet.Payload, Options.MaxJsonDepth), Is.True);
        var binary = (packet.Enclosed ?? []).Select(bytes => new OutboundPacket(bytes, IsBinary: true)).ToArray();
        if (packet.Type is ChatServer.SocketIo.Protocol.PacketType.Event or ChatServer.SocketIo.Protocol.PacketType.Ack)
            WriteAgain(packet.Payload, binary);
        return 1;
    }

    private static void WriteAgain(ReadOnlyMemory<byte> payload, OutboundPacket[] binary)
    {
        var head = PacketEncoder.RawAck("/", 7, payload, binary.Length);
        var again = Format.ToMessages([head, .. binary])[0].Bytes;
        Assert.That(Format.TryDecode(again, isBinary: true, new SocketIoOptions { MaxJsonDepth = 64, MaxAttachments = 1_000 }, SocketIoRevision.V5, out var back), Is.True);
        Assert.That(back.Payload.Length, Is.GreaterThanOrEqualTo(2));
        EventReader.Argument(payload, 3);
        JsonPayload.TryReadName(payload.Span, Options.MaxEventNameLength, out _);
    }

    /// <summary>An event of a few values, most of which are some.</summary>
    private static byte[] Compose(Random random)
    {
        var values = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Tokens[random.Next(Tokens.Length)]).ToArray();
        byte[] message =
        [
            .. MsgpackReaderTests.Hex("83 A474797065 02 A36E7370 A12F A464617461"), (byte)(0x91 + values.Length), 0xa1, (byte)'x', .. values.SelectMany(value => value),
        ];
        return random.Next(4) == 0 ? Mutate(message, random) : message;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var message = original.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(message.Count + 1);
            switch (random.Next(6))
            {
                case 0 or 1 when at < message.Count:
                    message[at] = (byte)random.Next(256);
                    break;
                case 2 when at < message.Count:
                    message.RemoveAt(at);
                    break;
                case 3:
                    message.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 4 when at < message.Count:
                    message.RemoveAt(at);
                    message.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                default:
                    message.InsertRange(at, message[random.Next(at + 1)..at]);
                    break;
            }
        }
        return [.. message];
    }
}
