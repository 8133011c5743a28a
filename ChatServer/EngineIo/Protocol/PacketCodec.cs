using System.Buffers;
using System.Buffers.Text;

namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// One packet as text: <c>type data</c>, or <c>b base64</c> for a binary message, which has no type digit because only messages can be
/// binary (protocol.md section 4).
/// </summary>
internal static class PacketCodec
{
    public const byte BinaryMark = (byte)'b';

    public static readonly OutboundPacket Close = new("1"u8.ToArray());
    public static readonly OutboundPacket Ping = new("2"u8.ToArray());
    public static readonly OutboundPacket Pong = new("3"u8.ToArray());
    public static readonly OutboundPacket ProbePong = new("3probe"u8.ToArray());
    public static readonly OutboundPacket Noop = new("6"u8.ToArray());

    /// <summary>False for an empty packet, an unknown type, or bytes after the mark that are not base64.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> text, out Packet packet)
    {
        packet = default;
        if (text.IsEmpty)
            return false;
        if (text.Span[0] == BinaryMark)
            return TryDecodeBase64(text.Span[1..], out packet);
        var type = text.Span[0] - '0';
        packet = new Packet((PacketType)type, text[1..]);
        return type is >= (int)PacketType.Open and <= (int)PacketType.Noop;
    }

    /// <summary>Takes base64 with or without its padding: some clients leave it out.</summary>
    public static bool TryDecodeBase64(ReadOnlySpan<byte> base64, out Packet packet)
    {
        var padded = new byte[(base64.Length + 3) / 4 * 4];
        base64.CopyTo(padded);
        padded.AsSpan(base64.Length).Fill((byte)'=');
        var status = Base64.DecodeFromUtf8InPlace(padded, out var written);
        packet = new Packet(PacketType.Message, padded.AsMemory(0, written), IsBinary: true);
        return status is OperationStatus.Done;
    }
}
