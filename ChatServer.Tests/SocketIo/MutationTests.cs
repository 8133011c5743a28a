using System.Diagnostics;
using System.Text;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;

namespace ChatServer.Tests.SocketIo;

/// <summary>
/// The decoders against 300,000 packets and payloads bent out of shape, always the same ones: none throws, none takes long, and what
/// is taken can be walked through.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MutationTests
{
    private const int Rounds = 300_000;
    private const int Seed = 20_261_126;

    private static readonly SocketIoOptions Options = new();

    private static readonly byte[][] Corpus = [.. new[]
    {
        "40", "40{\"token\":\"abc\"}", "40/admin,{\"a\":[1,2,{\"b\":null}]}", "41/admin,", "42[\"foo\",1,\"€😀\\ud83d\\ude00\"]", "4212[\"foo\",{\"a\":{\"b\":[true,false]}}]",
        "42/admin,13[\"x\"]\x1e" + "43/admin,13[]", "452-/admin,7[\"baz\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]\x1e" + "bAQIDBA==\x1e" + "bAQ",
        "461-7[{\"_placeholder\":true,\"num\":0}]", "44{\"message\":\"x\"}", "2probe\x1e" + "3\x1e" + "5\x1e" + "6\x1e" + "1", "42[\"\\ud800\",\"\\u0000\",1e400,-0.0]",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Tokens = [.. new[]
    {
        "[", "]", "{", "}", "\"", "\\", "\\u", ",", ":", "-", "/", "4", "5", "0", "99999999999999999999", "1e999", "\x1e", "\0", "_placeholder", "\"num\":", "true", "null", "b", "=", "€", " ",
    }.Select(Encoding.UTF8.GetBytes), [0xff], [0xed, 0xa0, 0x80], [0xc0]];

    [Test]
    public void Nothing_bent_out_of_shape_throws_or_takes_long()
    {
        var random = new Random(Seed);
        var (taken, longest) = (0, TimeSpan.Zero);
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutate(Corpus[random.Next(Corpus.Length)], random);
            var start = Stopwatch.GetTimestamp();
            Assert.That(() => taken += Walk(body), Throws.Nothing, $"round {round}: {Convert.ToHexString(body)}");
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }
        Assert.That(taken, Is.GreaterThan(Rounds / 10), "the mutations leave too little standing to be worth anything");
        Assert.That(longest, Is.LessThan(TimeSpan.FromMilliseconds(500)), "a pause of the machine included");
    }

    [TestCase("[", "]")]
    [TestCase("{\"a\":", "}")]
    [TestCase("4\x1e", "")]
    [TestCase("1,", "")]
    [TestCase("\"", "")]
    [TestCase("\\u0061", "")]
    [TestCase("{\"_placeholder\":true,\"num\":0},", "")]
    public void A_megabyte_of_anything_is_decoded_in_no_time(string open, string close)
    {
        var count = 1_000_000 / (open.Length + close.Length);
        var body = Encoding.UTF8.GetBytes("4251-[\"x\"," + string.Concat(Enumerable.Repeat(open, count)) + string.Concat(Enumerable.Repeat(close, count)) + "]");
        var clock = Stopwatch.StartNew();
        Walk(body);
        Walk(body[1..]);
        Assert.That(clock.ElapsedMilliseconds, Is.LessThan(1_000));
    }

    /// <summary>Decodes as the server does; the number of Socket.IO packets taken.</summary>
    private static int Walk(byte[] body)
    {
        var taken = 0;
        var packets = new List<ChatServer.EngineIo.Protocol.Packet>();
        PayloadV4.TryDecode(body, 1_000, packets);
        foreach (var message in packets.Where(packet => packet is { Type: ChatServer.EngineIo.Protocol.PacketType.Message, IsBinary: false }))
        {
            if (!PacketDecoder.TryDecode(message.Data, Options, out var packet))
                continue;
            taken++;
            if (packet.Payload.IsEmpty || packet.Payload.Span[0] != '[')
                continue;
            Placeholders.AreWithin(packet.Payload.Span, packet.Attachments, Options.MaxJsonDepth);
            if (packet.Type is ChatServer.SocketIo.Protocol.PacketType.Event && JsonPayload.TryReadName(packet.Payload.Span, Options.MaxEventNameLength, out _))
            {
                EventReader.Argument(packet.Payload, 3);
                EventReader.Arguments(packet.Payload);
            }
        }
        return taken;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var body = original.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(body.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < body.Count:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1 when at < body.Count:
                    body.RemoveAt(at);
                    break;
                case 2:
                    body.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 3:
                    body.RemoveRange(at, body.Count - at);
                    break;
                case 4:
                    var other = Corpus[random.Next(Corpus.Length)];
                    body.InsertRange(at, other[random.Next(other.Length)..]);
                    break;
                default:
                    body.InsertRange(at, body[random.Next(at + 1)..at]);
                    break;
            }
        }
        return [.. body];
    }
}
