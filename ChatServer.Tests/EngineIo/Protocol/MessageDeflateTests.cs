using System.Buffers;
using System.IO.Compression;
using System.Text;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.Tests.EngineIo.Protocol;

/// <summary>RFC 7692 section 7.2, with its own examples, and with what attackers make of it.</summary>
[Parallelizable]
internal sealed class MessageDeflateTests
{
    private const int Limit = 100_000;

    [TestCase(10)]
    [TestCase(1_024)]
    [TestCase(Limit)]
    public void What_was_compressed_comes_back(int length)
    {
        var message = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i / 7 % 20))))).AsSpan(0, length).ToArray();
        Assert.That(MessageDeflate.TryDeflate(message, out var deflated), Is.EqualTo(deflated.Length < length));
        Check(deflated.ToArray(), message);
    }

    [Test]
    public void What_cannot_be_made_smaller_is_left_alone()
    {
        var noise = new byte[5_000];
        new Random(1).NextBytes(noise);
        Assert.That(MessageDeflate.TryDeflate(noise, out _), Is.False);
    }

    /// <summary>Section 7.2.3: one block, no compression, a final block, two blocks, nothing.</summary>
    [TestCase("f248cdc9c90700", "Hello")]
    [TestCase("000500faff48656c6c6f00", "Hello")]
    [TestCase("f348cdc9c9070000", "Hello")]
    [TestCase("f248050000 00ffffcac9c90700", "Hello")]
    [TestCase("00", "")]
    [TestCase("0200", "")]
    public void The_examples_of_the_standard_are_read(string hex, string text) =>
        Check(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), Encoding.ASCII.GetBytes(text));

    [TestCase("ffffffff")]
    [TestCase("0005000000")]
    [TestCase("06")]
    public void What_is_no_deflate_is_an_invalid_payload(string hex) =>
        Assert.That(Inflate(Convert.FromHexString(hex)).Error, Is.EqualTo(WebSocketCloseCode.InvalidPayload));

    [Test]
    public void The_limit_itself_passes_and_one_byte_more_does_not()
    {
        Assert.That(Inflate(Deflate(new byte[Limit])).Inflated, Has.Length.EqualTo(Limit));
        Assert.That(Inflate(Deflate(new byte[Limit + 1])).Error, Is.EqualTo(WebSocketCloseCode.MessageTooBig));
    }

    [Test]
    public void A_bomb_is_stopped_before_it_goes_off()
    {
        var bomb = Deflate(new byte[50_000_000]);
        Assert.That(bomb, Has.Length.LessThan(Limit), "as large as an honest message");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Inflate(bomb).Error, Is.EqualTo(WebSocketCloseCode.MessageTooBig));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(20 * Limit));
    }

    [Test]
    public void No_bytes_at_all_make_it_throw()
    {
        var random = new Random(7692);
        var good = Deflate(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("4[\"message\",{\"a\":1}]", 50))));
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = i % 2 == 0 ? good.AsSpan(0, random.Next(good.Length + 1)).ToArray() : new byte[random.Next(40)];
            if (i % 2 != 0)
                random.NextBytes(bytes);
            for (var flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            Assert.That(() => Inflate(bytes), Throws.Nothing, () => Convert.ToHexString(bytes));
        }
    }

    private static void Check(byte[] deflated, byte[] message) => Assert.That(Inflate(deflated).Inflated, Is.EqualTo(message));

    private static (byte[]? Inflated, WebSocketCloseCode Error) Inflate(byte[] deflated)
    {
        byte[] buffer = [.. deflated, .. new byte[MessageDeflate.TailLength]];
        if (!MessageDeflate.TryInflate(buffer, deflated.Length, Limit, out var rented, out var length, out var error))
            return (null, error);
        var inflated = rented.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(rented);
        return (inflated, error);
    }

    private static byte[] Deflate(byte[] message)
    {
        var output = new MemoryStream();
        using (var encoder = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            encoder.Write(message);
            encoder.Flush();
            output.SetLength(output.Length - MessageDeflate.TailLength);
            return output.ToArray();
        }
    }
}
