using System.Buffers.Binary;

namespace ChatServer.Chat.Attachments;

/// <summary>
/// How large an image is when it is unpacked, as its header says: a small file can hold a picture that fills a browser's memory.
/// Sources: PNG (ISO 15948, 11.2.2), GIF89a section 18, JPEG (T.81, B.2.2), WebP container specification.
/// </summary>
public static class ImageSize
{
    /// <summary>A JPEG's header has a handful of segments; a file that goes on like this is no picture.</summary>
    private const int MaxSegments = 1_000;

    /// <summary>Width by height in pixels; null where the header does not say it.</summary>
    /// <param name="family">What the content was recognised as.</param>
    /// <param name="file">Can be sought in.</param>
    public static long? Pixels(FileFamily family, Stream file)
    {
        if (family is FileFamily.Jpeg)
            return OfJpeg(file);
        Span<byte> head = stackalloc byte[30];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        return family switch
        {
            FileFamily.Png when head.Length >= 24 => (long)BinaryPrimitives.ReadUInt32BigEndian(head[16..]) * BinaryPrimitives.ReadUInt32BigEndian(head[20..]),
            FileFamily.Gif when head.Length >= 10 => (long)BinaryPrimitives.ReadUInt16LittleEndian(head[6..]) * BinaryPrimitives.ReadUInt16LittleEndian(head[8..]),
            FileFamily.Webp when head.Length >= 30 => OfWebp(head),
            _ => null,
        };
    }

    private static long? OfWebp(ReadOnlySpan<byte> head)
    {
        var form = head[12..16];
        if (form.SequenceEqual("VP8X"u8))
            return (1L + UInt24(head[24..])) * (1L + UInt24(head[27..]));
        if (form.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return (1L + (bits & 0x3FFF)) * (1L + ((bits >> 14) & 0x3FFF));
        }
        return form.SequenceEqual("VP8 "u8)
            ? (long)(BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3FFF) * (BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3FFF)
            : null;
    }

    /// <summary>From segment to segment until the one that starts the frame.</summary>
    private static long? OfJpeg(Stream file)
    {
        Span<byte> segment = stackalloc byte[9];
        file.Position = 2;
        for (var i = 0; i < MaxSegments; i++)
        {
            if (file.ReadAtLeast(segment[..4], 4, throwOnEndOfStream: false) < 4 || segment[0] != 0xFF)
                return null;
            if (segment[1] == 0xFF)
            {
                // A fill byte: the marker begins one later.
                file.Position -= 3;
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
            if (IsFrameStart(segment[1]))
                return file.ReadAtLeast(segment[4..], 5, throwOnEndOfStream: false) < 5
                    ? null
                    : (long)BinaryPrimitives.ReadUInt16BigEndian(segment[5..]) * BinaryPrimitives.ReadUInt16BigEndian(segment[7..]);
            if (length < 2)
                return null;
            file.Position += length - 2;
        }
        return null;
    }

    /// <summary>SOF0 … SOF15 without the tables and reservations between them.</summary>
    private static bool IsFrameStart(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
