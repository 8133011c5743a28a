using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo.Protocol.Msgpack;

namespace ChatServer.SocketIo.Protocol;

/// <summary>
/// How Socket.IO packets lie in the engine's messages; both sides must be configured alike, nothing is negotiated. Whoever builds on Socket.IO
/// writes and reads JSON with placeholders, whatever the format: another one is made of it here, at the edge.
/// </summary>
internal abstract class PacketFormat
{
    /// <summary>By the words of <see cref="SocketIoOptions.Parser"/>.</summary>
    public static readonly IReadOnlyDictionary<string, PacketFormat> ByName = new Dictionary<string, PacketFormat>
    {
        [SocketIoOptions.Json] = new JsonFormat(),
        [SocketIoOptions.Msgpack] = new MsgpackFormat(),
    };

    /// <summary>Whether binary arguments follow their packet, as messages of their own; otherwise they lie in it.</summary>
    public abstract bool HasAttachments { get; }

    /// <summary>Reads the packet of one message. False for anything that is not exactly a packet.</summary>
    public abstract bool TryDecode(
        ReadOnlyMemory<byte> message, bool isBinary, SocketIoOptions options, SocketIoRevision revision, out Packet packet);

    /// <summary>Makes of packets as <see cref="PacketEncoder"/> writes them, each with its attachments behind it, what is sent for them.</summary>
    /// <exception cref="ArgumentException">They are none.</exception>
    public abstract ReadOnlySpan<OutboundPacket> ToMessages(ReadOnlySpan<OutboundPacket> packets);
}
