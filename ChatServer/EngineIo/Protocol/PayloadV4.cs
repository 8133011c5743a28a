using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// Several packets in one HTTP body, joined by 0x1E; binary messages stand in it as base64 (protocol.md section 4). JSON escapes
/// 0x1E, so the separator cannot occur inside a Socket.IO packet.
/// </summary>
internal static class PayloadV4
{
    private const byte Separator = 0x1E;

    /// <summary>
    /// Decodes in order into <paramref name="packets"/>. False at the first packet that is malformed or beyond
    /// <paramref name="maxPackets"/>; those before it are there. An empty body and a trailing separator hold an empty packet.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> body, int maxPackets, List<Packet> packets)
    {
        if (!Utf8.IsValid(body.Span))
            return false;
        while (packets.Count < maxPackets)
        {
            var end = body.Span.IndexOf(Separator);
            if (!PacketCodec.TryDecode(end < 0 ? body : body[..end], out var packet))
                return false;
            packets.Add(packet);
            if (end < 0)
                return true;
            body = body[(end + 1)..];
        }
        return false;
    }

    public static void Encode(IReadOnlyList<OutboundPacket> packets, IBufferWriter<byte> output)
    {
        for (var i = 0; i < packets.Count; i++)
        {
            if (i > 0)
                output.Write([Separator]);
            if (packets[i].IsBinary)
                WriteBase64(packets[i].Bytes.Span, output);
            else
                output.Write(packets[i].Bytes.Span);
        }
    }

    private static void WriteBase64(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        output.Write([PacketCodec.BinaryMark]);
        var span = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, span, out _, out var written);
        output.Advance(written);
    }
}
