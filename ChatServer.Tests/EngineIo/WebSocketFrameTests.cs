using System.Buffers;
using ChatServer.EngineIo.Protocol;
using ChatServer.EngineIo.Transports;
using ChatServer.Tests.EngineIo.Support;
using FsCheck;
using FsCheck.Fluent;

namespace ChatServer.Tests.EngineIo;

/// <summary>RFC 6455 section 5 as values: heads, masks, and messages put together.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class WebSocketFrameTests
{
    private const int Limit = 100_000;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(125)]
    [TestCase(126)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(Limit)]
    public void A_frame_is_read_however_it_is_cut_into_segments(int length)
    {
        var payload = Enumerable.Range(0, length).Select(n => (byte)n).ToArray();
        var bytes = RawWebSocket.Frame(0x82, payload);
        foreach (var size in new[] { 1, 2, 3, 7, 13, bytes.Length })
        {
            if (length > 1_000 && size < 7)
                continue;
            var buffer = Segment.Sequence(bytes, size);
            var frame = WebSocketFrame.Read(buffer, Limit, out var error)!.Value;
            Assert.That((frame.IsFinal, frame.Opcode, frame.Length, frame.TotalLength, error), Is.EqualTo((true, Opcode.Binary, length, bytes.Length, WebSocketCloseCode.None)));
            var copy = new byte[length];
            frame.CopyPayload(buffer, copy);
            Assert.That(copy, Is.EqualTo(payload));
        }
    }

    [Test]
    public void A_head_that_is_cut_short_is_waited_for()
    {
        foreach (var length in new[] { 5, 500, 70_000 })
        {
            var bytes = RawWebSocket.Frame(0x81, new byte[length]);
            for (var cut = 0; cut < bytes.Length - length; cut++)
            {
                Assert.That(WebSocketFrame.Read(new ReadOnlySequence<byte>(bytes, 0, cut), Limit, out var error), Is.Null);
                Assert.That(error, Is.EqualTo(WebSocketCloseCode.None), $"cut after {cut}");
            }
        }
    }

    [Test]
    public void Of_all_first_two_bytes_exactly_the_legal_ones_are_taken()
    {
        for (var first = 0; first < 256; first++)
        {
            for (var second = 0; second < 256; second++)
            {
                WebSocketFrame.Read(new ReadOnlySequence<byte>([(byte)first, (byte)second]), Limit, out var error);
                var opcode = first & 0x0f;
                var isControl = opcode >= 8;
                var isLegal = (first & 0x70) == 0 && opcode is 0 or 1 or 2 or 8 or 9 or 10 && (second & 0x80) != 0
                    && (!isControl || ((first & 0x80) != 0 && (second & 0x7f) < 126));
                Assert.That(error, Is.EqualTo(isLegal ? WebSocketCloseCode.None : WebSocketCloseCode.ProtocolError), $"{first:x2} {second:x2}");
            }
        }
    }

    [TestCase(0, "8100")]
    [TestCase(125, "817D")]
    [TestCase(126, "817E007E")]
    [TestCase(65_535, "817EFFFF")]
    [TestCase(65_536, "817F0000000000010000")]
    public void A_servers_frame_has_the_shortest_length_and_no_mask(int length, string head)
    {
        var target = new byte[WebSocketFrame.MaxServerHeadLength + length];
        var payload = Enumerable.Repeat((byte)'x', length).ToArray();
        var written = WebSocketFrame.Write(target, Opcode.Text, payload);
        Assert.That(Convert.ToHexString(target.AsSpan(0, head.Length / 2)), Is.EqualTo(head));
        Assert.That(target[(head.Length / 2)..written], Is.EqualTo(payload));
    }

    [Test]
    public void A_mask_is_the_keys_bytes_in_turn_and_twice_is_nothing() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<uint>(), ArbMap.Default.ArbFor<byte>(), (bytes, key, repeat) =>
        {
            byte[] payload = [.. Enumerable.Repeat(bytes ?? [], (repeat % 9) + 1).SelectMany(b => b)];
            var masked = payload.ToArray();
            WebSocketMask.Apply(masked, key);
            var byHand = payload.Select((b, i) => (byte)(b ^ (byte)(key >> (i % 4 * 8))));
            var isRight = masked.SequenceEqual(byHand);
            WebSocketMask.Apply(masked, key);
            return isRight && masked.SequenceEqual(payload);
        }).QuickCheckThrowOnFailure();

    [TestCase("", true)]
    [TestCase("03", false)]
    [TestCase("03E8", true)]
    [TestCase("03E7", false)]
    [TestCase("03EC", false)]
    [TestCase("03ED", false)]
    [TestCase("03EE", false)]
    [TestCase("03EF", true)]
    [TestCase("03F6", true)]
    [TestCase("03F7", false)]
    [TestCase("07D0", false)]
    [TestCase("0BB8", true)]
    [TestCase("1387", true)]
    [TestCase("1388", false)]
    [TestCase("FFFF", false)]
    [TestCase("03E8E282AC", true)]
    [TestCase("03E8E282", false)]
    public void A_close_has_no_code_or_one_that_may_be_sent(string hex, bool isLegal) =>
        Assert.That(WebSocketFrame.IsLegalClose(Convert.FromHexString(hex)), Is.EqualTo(isLegal));

    [Test]
    public void Messages_are_put_together_whatever_their_fragments() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), fragments =>
        {
            var parts = (fragments ?? []).Select(part => part ?? []).DefaultIfEmpty([]).ToList();
            using var assembly = new WebSocketAssembly(Limit);
            for (var i = 0; i < parts.Count; i++)
            {
                var isLast = i == parts.Count - 1;
                var buffer = new ReadOnlySequence<byte>(RawWebSocket.Frame((byte)((isLast ? 0x80 : 0) | (i == 0 ? 2 : 0)), parts[i]));
                var isWhole = assembly.Add(WebSocketFrame.Read(buffer, Limit, out _)!.Value, buffer, out var message, out var error);
                if (isWhole != isLast || error is not WebSocketCloseCode.None)
                    return false;
                if (isWhole && !message.Data.Span.SequenceEqual(parts.SelectMany(part => part).ToArray()))
                    return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [TestCase("", false)]
    [TestCase("8880", false)]
    [TestCase("888001020304", true)]
    [TestCase("8882010203040506", true)]
    [TestCase("FFFF8882010203040506", true)]
    [TestCase("FFFF888001020304", true)]
    [TestCase("888001020304FF", false)]
    public void A_peers_answer_to_a_close_is_known_at_the_end_of_anything(string hex, bool isClose)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.That(WebSocketFrame.EndsInClose(Segment.Sequence(bytes, 3)), Is.EqualTo(isClose));
    }
}
