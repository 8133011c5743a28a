using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace ChatServer.EngineIo.Protocol;

/// <summary>One message of permessage-deflate (RFC 7692 section 7.2): a DEFLATE stream whose last four bytes, always the same, are not sent.</summary>
internal static class MessageDeflate
{
    /// <summary>Bytes that <see cref="TryInflate"/> needs behind the message, for the end that was not sent.</summary>
    public const int TailLength = 4;

    /// <summary>A first guess at how much larger a message is than it came.</summary>
    private const int UsualRatio = 4;

    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xff, 0xff];

    /// <summary>Compresses; false when that would not make the message smaller.</summary>
    public static bool TryDeflate(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> deflated)
    {
        var output = new MemoryStream(message.Length);
        using (var encoder = new DeflateStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            encoder.Write(message);
            encoder.Flush();
            deflated = output.GetBuffer().AsSpan(0, (int)output.Length - TailLength);
        }
        return deflated.Length < message.Length;
    }

    /// <summary>
    /// Decompresses into a pooled array, and stops as soon as more than <paramref name="maxLength"/> bytes come out, whatever the message says of
    /// itself. False with the code to close with: too big, or no DEFLATE.
    /// </summary>
    /// <param name="deflated">The message, and behind it <see cref="TailLength"/> bytes to write to.</param>
    /// <param name="length">Bytes of the message.</param>
    public static bool TryInflate(
        byte[] deflated, int length, int maxLength, [NotNullWhen(true)] out byte[]? rented, out int inflated, out WebSocketCloseCode error)
    {
        Tail.CopyTo(deflated.AsSpan(length));
        using var decoder = new DeflateStream(new MemoryStream(deflated, 0, length + TailLength), CompressionMode.Decompress);
        rented = ArrayPool<byte>.Shared.Rent((int)Math.Min(maxLength + 1L, (long)length * UsualRatio + 1));
        inflated = 0;
        error = Inflate(decoder, maxLength, ref rented, ref inflated);
        if (error is WebSocketCloseCode.None)
            return true;
        ArrayPool<byte>.Shared.Return(rented);
        rented = null;
        return false;
    }

    private static WebSocketCloseCode Inflate(DeflateStream decoder, int maxLength, ref byte[] rented, ref int inflated)
    {
        try
        {
            while (decoder.Read(rented.AsSpan(inflated)) is > 0 and var read)
            {
                inflated += read;
                if (inflated > maxLength)
                    return WebSocketCloseCode.MessageTooBig;
                if (inflated == rented.Length)
                    Grow(ref rented);
            }
            return WebSocketCloseCode.None;
        }
        catch (InvalidDataException)
        {
            return WebSocketCloseCode.InvalidPayload;
        }
    }

    private static void Grow(ref byte[] rented)
    {
        var larger = ArrayPool<byte>.Shared.Rent(rented.Length * 2);
        rented.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
    }
}
