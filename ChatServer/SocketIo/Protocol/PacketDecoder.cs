using System.Buffers.Text;

namespace ChatServer.SocketIo.Protocol;

/// <summary>
/// Reads <c>type [attachments "-"] [namespace ","] [ack id] [json]</c> in one pass (protocol.md 12.1). Stricter than the reference where that
/// is lax: an event needs its payload, a space is no digit, an ack id is at most 2^53 − 1.
/// </summary>
internal static class PacketDecoder
{
    public const ulong MaxAckId = (1UL << 53) - 1;
    private static readonly byte[] Root = "/"u8.ToArray();

    /// <summary>As the other, for revision 5.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> text, SocketIoOptions options, out Packet packet) =>
        TryDecode(text, options, SocketIoRevision.V5, out packet);

    /// <summary>False for anything that is not exactly a packet.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> text, SocketIoOptions options, SocketIoRevision revision, out Packet packet)
    {
        packet = default;
        if (text.IsEmpty || !TryReadType(text.Span[0], out var type))
            return false;
        var rest = text[1..];
        var attachments = 0;
        if (IsBinary(type) && !TryReadAttachments(ref rest, options.MaxAttachments, out attachments))
            return false;
        var nsp = ReadNamespace(ref rest);
        var query = revision.CutQuery(ref nsp);
        if (nsp.Length > options.MaxNamespaceLength || !TryReadAckId(ref rest, out var ackId))
            return false;
        packet = new Packet(Plain(type), nsp, ackId, attachments, rest, query);
        return JsonPayload.Fits(packet.Type, rest, options.MaxJsonDepth);
    }

    private static bool TryReadType(byte digit, out PacketType type)
    {
        type = (PacketType)(digit - '0');
        return digit is >= (byte)'0' and <= (byte)'6';
    }

    private static bool IsBinary(PacketType type) => type is PacketType.BinaryEvent or PacketType.BinaryAck;

    private static PacketType Plain(PacketType type) => type switch
    {
        PacketType.BinaryEvent => PacketType.Event,
        PacketType.BinaryAck => PacketType.Ack,
        _ => type,
    };

    private static bool TryReadAttachments(ref ReadOnlyMemory<byte> rest, int max, out int count)
    {
        var isRead = Utf8Parser.TryParse(Digits(rest.Span), out count, out var used) && used < rest.Length && rest.Span[used] == '-';
        rest = isRead ? rest[(used + 1)..] : rest;
        return isRead && count >= 1 && count <= max;
    }

    private static ReadOnlyMemory<byte> ReadNamespace(ref ReadOnlyMemory<byte> rest)
    {
        if (rest.IsEmpty || rest.Span[0] != '/')
            return Root;
        var end = rest.Span.IndexOf((byte)',');
        var nsp = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return nsp;
    }

    private static bool TryReadAckId(ref ReadOnlyMemory<byte> rest, out ulong? ackId)
    {
        ackId = null;
        var digits = Digits(rest.Span);
        if (digits.IsEmpty)
            return true;
        if (!Utf8Parser.TryParse(digits, out ulong id, out var used) || used != digits.Length || id > MaxAckId)
            return false;
        ackId = id;
        rest = rest[used..];
        return true;
    }

    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text : text[..end];
    }
}
