using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Recovery;

/// <summary>An encoded event that can be sent again: its bytes may be shared by any number of sockets, and are never written again.</summary>
/// <param name="Offset">Its last argument, by which a client says that it has heard this and all before it.</param>
/// <param name="Head">The packet that names the event.</param>
/// <param name="Attachments">The binary messages that belong to it.</param>
public readonly record struct RecoverableEvent(string Offset, OutboundPacket Head, IReadOnlyList<OutboundPacket>? Attachments = null)
{
    internal OutboundPacket[] Packets => [Head, .. Attachments ?? []];

    /// <summary>Bytes of all its packets.</summary>
    internal int Bytes => Head.Bytes.Length + (Attachments?.Sum(packet => packet.Bytes.Length) ?? 0);
}
