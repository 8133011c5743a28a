namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// One packet of Engine.IO 3 (protocol.md section 5). Text is as in revision 4, but that base64 says its type: <c>b4 base64</c>. A binary
/// packet begins with its type as a byte: <c>04 01 02 03</c>.
/// </summary>
internal static class PacketV3
{
    public static bool TryDecodeText(ReadOnlyMemory<byte> text, out Packet packet)
    {
        if (text.IsEmpty || text.Span[0] != PacketCodec.BinaryMark)
            return PacketCodec.TryDecode(text, out packet);
        packet = default;
        return text.Length >= 2 && text.Span[1] == '0' + (byte)PacketType.Message && PacketCodec.TryDecodeBase64(text.Span[2..], out packet);
    }

    /// <summary>Only messages can be binary. Another known type is passed over, as the reference does with most; an unknown one is malformed.</summary>
    public static bool TryDecodeBinary(ReadOnlyMemory<byte> bytes, out Packet packet)
    {
        packet = default;
        if (bytes.IsEmpty || bytes.Span[0] > (byte)PacketType.Noop)
            return false;
        packet = bytes.Span[0] == (byte)PacketType.Message ? new Packet(PacketType.Message, bytes[1..], IsBinary: true) : new Packet(PacketType.Noop, default);
        return true;
    }

    /// <summary>The binary message with its type in front.</summary>
    public static OutboundPacket WithType(OutboundPacket message) => new((byte[])[(byte)PacketType.Message, .. message.Bytes.Span], IsBinary: true);

    /// <summary>The binary message as base64, for clients that take no bytes.</summary>
    public static OutboundPacket AsText(OutboundPacket message) =>
        new(System.Text.Encoding.ASCII.GetBytes($"b{(int)PacketType.Message}{Convert.ToBase64String(message.Bytes.Span)}"));
}
