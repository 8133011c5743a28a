using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>
/// Messages on the wire (gRPC over HTTP/2, "Length-Prefixed-Message"):
/// <code>
/// flag: 1 byte, 0 or 1 for compressed │ length: 4 bytes, big-endian │ message: length bytes
/// </code>
/// </summary>
internal static class GrpcFrame
{
    public const int HeaderLength = 5;

    private static readonly GrpcStatus BadFlag = new(GrpcCode.Internal, "The compressed flag must be 0 or 1");
    private static readonly GrpcStatus BadGzip = new(GrpcCode.Internal, "The message is no gzip");

    /// <summary>
    /// Takes a frame off the front of what has come. False when there is more to come first, or when <paramref name="fault"/> says why the rest
    /// is not worth waiting for.
    /// </summary>
    /// <param name="buffer">What has come; without the frame when there was one.</param>
    /// <param name="maxBytes">Of a message. A longer one is refused as soon as its header is here.</param>
    /// <param name="isCompressed">Whether the payload is compressed, as the call's <c>grpc-encoding</c> says.</param>
    /// <param name="payload">Lies in the buffer.</param>
    public static bool TryRead(
        ref ReadOnlySequence<byte> buffer, int maxBytes, out bool isCompressed, out ReadOnlySequence<byte> payload, out GrpcStatus? fault)
    {
        (isCompressed, payload, fault) = (false, default, null);
        if (buffer.Length < HeaderLength)
            return false;
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        fault = header[0] > 1 ? BadFlag : length > maxBytes ? TooLong(maxBytes) : null;
        if (fault is not null || buffer.Length < HeaderLength + length)
            return false;
        (isCompressed, payload) = (header[0] == 1, buffer.Slice(HeaderLength, length));
        buffer = buffer.Slice(HeaderLength + length);
        return true;
    }

    /// <summary>The frame of a message, never compressed.</summary>
    public static byte[] Of(IMessage message)
    {
        var length = message.CalculateSize();
        var frame = new byte[HeaderLength + length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)length);
        message.WriteTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>Unpacks a gzip payload; false when it is none, or would be longer than a message may be.</summary>
    public static bool TryInflate(ReadOnlySequence<byte> payload, int maxBytes, out byte[] message, out GrpcStatus? fault)
    {
        (message, fault) = ([], null);
        var output = new ArrayBufferWriter<byte>();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(payload.ToArray()), CompressionMode.Decompress);
            for (var count = -1; count != 0 && output.WrittenCount <= maxBytes; output.Advance(count))
                count = gzip.Read(output.GetSpan());
        }
        catch (InvalidDataException)
        {
            fault = BadGzip;
            return false;
        }
        fault = output.WrittenCount > maxBytes ? TooLong(maxBytes) : IsWhole(payload, output.WrittenCount) ? null : BadGzip;
        message = fault is null ? output.WrittenSpan.ToArray() : [];
        return fault is null;
    }

    /// <summary>Whether the length at the end of a gzip (RFC 1952 section 2.3.1) is what came out: the library takes what was cut off for the end.</summary>
    private static bool IsWhole(ReadOnlySequence<byte> payload, int length)
    {
        Span<byte> end = stackalloc byte[4];
        if (payload.Length < 18)
            return false;
        payload.Slice(payload.Length - 4).CopyTo(end);
        return BinaryPrimitives.ReadUInt32LittleEndian(end) == (uint)length;
    }

    private static GrpcStatus TooLong(int maxBytes) => new(GrpcCode.ResourceExhausted, $"A message may have {maxBytes} bytes");
}
