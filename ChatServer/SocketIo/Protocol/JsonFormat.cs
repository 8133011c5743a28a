using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Protocol;

/// <summary>The reference's own parser: text with JSON in it, binary arguments behind it (protocol.md section 12).</summary>
internal sealed class JsonFormat : PacketFormat
{
    public override bool HasAttachments => true;

    public override bool TryDecode(
        ReadOnlyMemory<byte> message, bool isBinary, SocketIoOptions options, SocketIoRevision revision, out Packet packet) =>
        PacketDecoder.TryDecode(message, options, revision, out packet);

    public override ReadOnlySpan<OutboundPacket> ToMessages(ReadOnlySpan<OutboundPacket> packets) => packets;
}
