using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// Several packets in one HTTP body, each behind its length (protocol.md section 5). As text: <c>length ":" packet</c>, where the length
/// counts UTF-16 code units as JavaScript does, and a binary message is <c>b type base64</c>. As bytes, for clients that take them:
/// <code>0 or 1 (binary) | length, a byte for each decimal digit | 0xFF | packet</code>
/// </summary>
internal static class PayloadV3
{
    private const byte TextLengthEnd = (byte)':';
    private const byte BinaryLengthEnd = 0xFF;

    /// <summary>Decimal digits of any length that can occur; the reference would read 310.</summary>
    private const int MaxDigits = 9;

    /// <summary>As <see cref="DecodePayload"/>, from the text form. <c>0:</c> is a payload without packets.</summary>
    public static bool TryDecodeText(ReadOnlyMemory<byte> body, int maxPackets, List<Packet> packets)
    {
        if (body.IsEmpty || !Utf8.IsValid(body.Span))
            return false;
        if (body.Span.SequenceEqual("0:"u8))
            return true;
        while (!body.IsEmpty)
        {
            if (packets.Count == maxPackets || !TryReadLength(ref body, (byte)'0', TextLengthEnd, out var units) ||
                Utf16.IndexAfter(body.Span, units) is not { } size || !PacketV3.TryDecodeText(body[..size], out var packet))
                return false;
            packets.Add(packet);
            body = body[size..];
        }
        return true;
    }

    /// <summary>As <see cref="DecodePayload"/>, from the binary form.</summary>
    public static bool TryDecodeBinary(ReadOnlyMemory<byte> body, int maxPackets, List<Packet> packets)
    {
        if (body.IsEmpty)
            return false;
        while (!body.IsEmpty)
        {
            var kind = body.Span[0];
            body = body[1..];
            if (packets.Count == maxPackets || kind > 1 || !TryReadLength(ref body, 0, BinaryLengthEnd, out var size) ||
                size > body.Length || !TryDecodeOne(body[..size], isBinary: kind == 1, out var packet))
                return false;
            packets.Add(packet);
            body = body[size..];
        }
        return true;
    }

    public static void EncodeText(IReadOnlyList<OutboundPacket> packets, IBufferWriter<byte> output)
    {
        foreach (var packet in packets)
        {
            var text = packet.IsBinary ? PacketV3.AsText(packet).Bytes : packet.Bytes;
            WriteLength(output, Utf16.LengthOf(text.Span), '0', TextLengthEnd);
            output.Write(text.Span);
        }
    }

    public static void EncodeBinary(IReadOnlyList<OutboundPacket> packets, IBufferWriter<byte> output)
    {
        foreach (var packet in packets)
        {
            output.Write([packet.IsBinary ? (byte)1 : (byte)0]);
            WriteLength(output, packet.Bytes.Length + (packet.IsBinary ? 1 : 0), '\0', BinaryLengthEnd);
            if (packet.IsBinary)
                output.Write([(byte)PacketType.Message]);
            output.Write(packet.Bytes.Span);
        }
    }

    private static bool TryDecodeOne(ReadOnlyMemory<byte> bytes, bool isBinary, out Packet packet)
    {
        packet = default;
        return isBinary ? PacketV3.TryDecodeBinary(bytes, out packet) : Utf8.IsValid(bytes.Span) && PacketV3.TryDecodeText(bytes, out packet);
    }

    /// <summary>Reads a length and its end, whose digits count from <paramref name="zero"/>, and moves <paramref name="body"/> behind them.</summary>
    private static bool TryReadLength(ref ReadOnlyMemory<byte> body, byte zero, byte end, out int length)
    {
        length = 0;
        var digits = body.Span[..Math.Min(body.Length, MaxDigits + 1)].IndexOf(end);
        if (digits < 1)
            return false;
        foreach (var digit in body.Span[..digits])
        {
            if (digit < zero || digit > zero + 9)
                return false;
            length = length * 10 + digit - zero;
        }
        body = body[(digits + 1)..];
        return true;
    }

    private static void WriteLength(IBufferWriter<byte> output, int length, char zero, byte end)
    {
        Span<byte> digits = stackalloc byte[MaxDigits + 2];
        Utf8Formatter.TryFormat(length, digits, out var count);
        for (var i = 0; i < count; i++)
            digits[i] = (byte)(digits[i] - '0' + zero);
        digits[count] = end;
        output.Write(digits[..(count + 1)]);
    }
}
