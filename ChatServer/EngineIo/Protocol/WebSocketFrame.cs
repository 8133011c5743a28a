using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace ChatServer.EngineIo.Protocol;

/// <summary>Opcodes of RFC 6455 section 5.2.</summary>
internal enum Opcode : byte
{
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

/// <summary>Close codes of RFC 6455 section 7.4.1 that are sent from here.</summary>
internal enum WebSocketCloseCode : ushort
{
    /// <summary>A close frame without a code; clients report it as 1005. The reference server closes so.</summary>
    None = 0,
    ProtocolError = 1002,
    InvalidPayload = 1007,
    MessageTooBig = 1009,
}

/// <summary>
/// The head of one frame from a client (RFC 6455 section 5.2):
/// <code>fin rsv rsv rsv opcode(4) | mask length(7) | [length 16 or 64] | masking key 32</code>
/// The first reserved bit marks a compressed message where that was agreed on (RFC 7692 section 6).
/// </summary>
internal readonly record struct WebSocketFrame(bool IsFinal, Opcode Opcode, int Length, uint Mask, int HeadLength, bool IsCompressed)
{
    /// <summary>A server's frame has no mask: 2 bytes, and at most 8 of length.</summary>
    public const int MaxServerHeadLength = 10;

    /// <summary>The longest close frame that <see cref="EndsInClose"/> knows.</summary>
    public const int MaxAnswerLength = 8;

    private const byte Final = 0x80;
    private const byte Compressed = 0x40;
    private const byte Reserved = 0x70;
    private const int MaxHeadLength = 14;
    private const int MaxControlLength = 125;

    public bool IsControl => Opcode >= Opcode.Close;

    public int TotalLength => HeadLength + Length;

    /// <summary>
    /// Reads the head at the start of <paramref name="buffer"/>. Null while it is incomplete; otherwise the frame, or the code to
    /// close with when it breaks a rule or its payload would exceed <paramref name="maxLength"/> bytes.
    /// </summary>
    /// <param name="mayBeCompressed">Whether permessage-deflate was agreed on.</param>
    public static WebSocketFrame? Read(in ReadOnlySequence<byte> buffer, int maxLength, out WebSocketCloseCode error, bool mayBeCompressed = false)
    {
        Span<byte> copy = stackalloc byte[MaxHeadLength];
        var head = Contiguous(buffer, copy);
        error = WebSocketCloseCode.None;
        if (head.Length < 2)
            return null;
        var headLength = 2 + LengthBytes(head[1]) + sizeof(uint);
        if (!IsLegal(head[0], head[1], mayBeCompressed))
            error = WebSocketCloseCode.ProtocolError;
        if (error is not WebSocketCloseCode.None || head.Length < headLength)
            return null;
        var length = ReadLength(head, out var isMinimal);
        if (!isMinimal)
            error = WebSocketCloseCode.ProtocolError;
        else if (length > (ulong)maxLength)
            error = WebSocketCloseCode.MessageTooBig;
        return error is WebSocketCloseCode.None ? From(head[..headLength], (int)length) : null;
    }

    /// <summary>Copies the payload to <paramref name="target"/>, unmasked; the buffer holds the whole frame.</summary>
    public void CopyPayload(in ReadOnlySequence<byte> buffer, Span<byte> target)
    {
        buffer.Slice(HeadLength, Length).CopyTo(target);
        WebSocketMask.Apply(target[..Length], Mask);
    }

    /// <summary>Writes a server's frame, unmasked and final; gives its length.</summary>
    public static int Write(Span<byte> target, Opcode opcode, ReadOnlySpan<byte> payload, bool isCompressed = false)
    {
        target[0] = (byte)(Final | (isCompressed ? Compressed : 0) | (byte)opcode);
        var headLength = WriteLength(target, payload.Length);
        payload.CopyTo(target[headLength..]);
        return headLength + payload.Length;
    }

    /// <summary>Whether a close frame's payload is nothing, or a code that may be sent and a reason in UTF-8 (RFC 6455 section 7.4).</summary>
    public static bool IsLegalClose(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < sizeof(ushort))
            return payload.IsEmpty;
        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        return code is (>= 1000 and <= 1014 and not (1004 or 1005 or 1006)) or (>= 3000 and <= 4999) && Utf8.IsValid(payload[sizeof(ushort)..]);
    }

    /// <summary>
    /// Whether bytes that are no longer read as frames end in what peers answer a close with: a close frame with a mask, and nothing
    /// or a code in it.
    /// </summary>
    public static bool EndsInClose(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> tail = stackalloc byte[MaxAnswerLength];
        var length = (int)Math.Min(bytes.Length, MaxAnswerLength);
        bytes.Slice(bytes.Length - length).CopyTo(tail);
        return tail[..length] is [0x88, 0x82, _, _, _, _, _, _] or [.., 0x88, 0x80, _, _, _, _];
    }

    private static WebSocketFrame From(ReadOnlySpan<byte> head, int length) => new(
        (head[0] & Final) != 0,
        (Opcode)(head[0] & 0x0F),
        length,
        BinaryPrimitives.ReadUInt32LittleEndian(head[^sizeof(uint)..]),
        head.Length,
        (head[0] & Compressed) != 0);

    private static int WriteLength(Span<byte> target, int length)
    {
        switch (length)
        {
            case <= 125:
                target[1] = (byte)length;
                return 2;
            case <= ushort.MaxValue:
                target[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
                return 4;
            default:
                target[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)length);
                return MaxServerHeadLength;
        }
    }

    private static ReadOnlySpan<byte> Contiguous(in ReadOnlySequence<byte> buffer, Span<byte> copy)
    {
        if (buffer.IsSingleSegment || buffer.FirstSpan.Length >= MaxHeadLength)
            return buffer.FirstSpan;
        var length = (int)Math.Min(buffer.Length, MaxHeadLength);
        buffer.Slice(0, length).CopyTo(copy);
        return copy[..length];
    }

    /// <summary>
    /// No reserved bit, but for the mark of compression where a message begins; a known opcode, a mask, and control frames whole and short.
    /// </summary>
    private static bool IsLegal(byte first, byte second, bool mayBeCompressed)
    {
        var opcode = (Opcode)(first & 0x0F);
        var isKnown = opcode is <= Opcode.Binary or (>= Opcode.Close and <= Opcode.Pong);
        var isWhole = opcode < Opcode.Close || ((first & Final) != 0 && (second & 0x7F) <= MaxControlLength);
        var reserved = mayBeCompressed && opcode is (Opcode.Text or Opcode.Binary) ? Reserved & ~Compressed : Reserved;
        return (first & reserved) == 0 && isKnown && (second & 0x80) != 0 && isWhole;
    }

    private static int LengthBytes(byte second) => (second & 0x7F) switch
    {
        126 => sizeof(ushort),
        127 => sizeof(ulong),
        _ => 0,
    };

    private static ulong ReadLength(ReadOnlySpan<byte> head, out bool isMinimal)
    {
        var length = (head[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(head[2..]),
            127 => BinaryPrimitives.ReadUInt64BigEndian(head[2..]),
            var small => (ulong)small,
        };
        isMinimal = LengthBytes(head[1]) switch
        {
            sizeof(ushort) => length > 125,
            sizeof(ulong) => length > ushort.MaxValue,
            _ => true,
        };
        return length;
    }
}
