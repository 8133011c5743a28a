using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>Frames bent out of shape, against the plainest decoder: each is refused or taken as that one has it, however it is cut.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class GrpcFrameTests
{
    private const int MaxMessage = 300;

    private static readonly byte[][] Payloads = [[], [1], [10, 1, 65], new byte[200], [.. Enumerable.Range(0, 250).Select(n => (byte)n)]];

    private static readonly byte[][] Tokens =
        [[0], [1], [2], [0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 65], [0, 0, 0, 1, 44], [0, 0, 0, 1, 45], [0, 255, 255, 255, 255], [0, 128, 0, 0, 0], [0x1f, 0x8b, 8], [0xff]];

    [Test]
    public void Frames_are_read_as_plainly_however_they_are_cut() => new Mutations(
        [.. Payloads.Select(payload => GrpcClient.Frame(payload)), [.. Payloads.SelectMany(payload => GrpcClient.Frame(payload, 1))]], Tokens).Check(100_000, input =>
    {
        var expected = ReadPlainly(input);
        foreach (var size in (int[])[input.Length + 1, 7, 1])
        {
            var actual = Read(input, size);
            if (actual != expected)
                return (false, $"cut by {size}: {actual}, not {expected}");
        }
        return (expected.EndsWith('.'), null);
    });

    [Test]
    public void Gzip_is_unpacked_as_plainly_or_refused() => new Mutations([.. Payloads.Select(Pack), Pack(new byte[MaxMessage + 1])], Tokens).Check(50_000, input =>
    {
        var isTaken = GrpcFrame.TryInflate(Segment.Sequence(input, 7), MaxMessage, out var message, out var fault);
        if (isTaken == (fault is not null))
            return (isTaken, "a fault goes with a refusal");
        // The plain decoder knows no names and other extras, nor several in a row.
        if (input.Length > 3 && (input[3] != 0 || input.AsSpan(3).IndexOf((byte[])[0x1f, 0x8b]) >= 0))
            return (isTaken, null);
        var (plain, behind) = UnpackPlainly(input);
        // What is cut off is taken where its last bytes happen to be the length of what came out, and what stands behind a gzip is passed over.
        var isRight = isTaken ? message.Length <= MaxMessage && (plain is null || message.SequenceEqual(plain)) : plain is null || plain.Length > MaxMessage || behind > 0;
        return (isTaken, isRight ? null : $"taken {isTaken} for {plain?.Length}");
    });

    [Test]
    public void A_bomb_is_given_up_as_soon_as_it_is_one()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(GrpcFrame.TryInflate(new ReadOnlySequence<byte>(Pack(new byte[50_000_000])), 1_000, out _, out var fault), Is.False);
        Assert.That(fault!.Code, Is.EqualTo(GrpcCode.ResourceExhausted));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(120_000_000), "bytes, most of them of the bomb's making");
    }

    private static string Read(byte[] input, int size)
    {
        var (said, buffer) = ("", Segment.Sequence(input, size));
        while (GrpcFrame.TryRead(ref buffer, MaxMessage, out var isCompressed, out var payload, out var fault) || fault is not null)
        {
            if (fault is not null)
                return $"{said}{fault.Code}";
            said += $"{isCompressed}:{Convert.ToHexString(payload.ToArray())} ";
        }
        return said + (buffer.IsEmpty ? "." : $"{buffer.Length} left");
    }

    private static string ReadPlainly(byte[] input)
    {
        var said = "";
        var at = 0;
        while (input.Length - at >= 5)
        {
            long length = (input[at + 1] * 16_777_216L) + (input[at + 2] * 65_536) + (input[at + 3] * 256) + input[at + 4];
            if (input[at] > 1)
                return $"{said}Internal";
            if (length > MaxMessage)
                return $"{said}ResourceExhausted";
            if (input.Length - at - 5 < length)
                break;
            said += $"{input[at] == 1}:{Convert.ToHexString(input, at + 5, (int)length)} ";
            at += 5 + (int)length;
        }
        return said + (at == input.Length ? "." : $"{input.Length - at} left");
    }

    /// <summary>RFC 1952, for one member without a name or other extras, as programs send it, and how much there is behind it; null for anything else.</summary>
    private static (byte[]? Bytes, long Behind) UnpackPlainly(byte[] input)
    {
        if (input.Length < 18 || input[0] != 0x1f || input[1] != 0x8b || input[2] != 8 || input[3] != 0)
            return default;
        var (source, output, buffer) = (new ByteByByte(input[10..]), new MemoryStream(), new byte[100]);
        try
        {
            using var deflate = new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true);
            while (deflate.Read(buffer) is > 0 and var count)
                output.Write(buffer, 0, count);
        }
        catch (InvalidDataException)
        {
            return default;
        }
        var (bytes, end) = (output.ToArray(), input[(10 + (int)source.Position)..]);
        var isWhole = end.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(end) == Crc(bytes) && BinaryPrimitives.ReadInt32LittleEndian(end.AsSpan(4)) == bytes.Length;
        return isWhole ? (bytes, end.Length - 8) : default;
    }

    /// <summary>Is left where its reader's bytes end.</summary>
    private sealed class ByteByByte(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var octet in bytes)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb8_8320);
        }
        return ~crc;
    }

    private static byte[] Pack(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
