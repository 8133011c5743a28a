namespace ChatServer.SocketIo.Protocol;

/// <summary>Packet types; on the wire each is its digit (protocol.md section 12).</summary>
internal enum PacketType : byte
{
    Connect = 0,
    Disconnect = 1,
    Event = 2,
    Ack = 3,
    ConnectError = 4,
    BinaryEvent = 5,
    BinaryAck = 6,
}

/// <summary>One packet as received, checked for form; its parts are slices of the text it was decoded from.</summary>
/// <param name="Type">Event or ack also for their binary forms; <paramref name="Attachments"/> tells.</param>
/// <param name="Namespace">UTF-8, <c>/</c> when the packet names none.</param>
/// <param name="AckId">At most 2^53 − 1, what JavaScript can count to.</param>
/// <param name="Attachments">How many binary messages follow and belong to it.</param>
/// <param name="Payload">One JSON value fit for the type; empty when there is none.</param>
/// <param name="Query">What revision 4 writes behind the namespace and a question mark.</param>
/// <param name="Enclosed">The binary arguments that have come with it, copied, in formats that have no attachments.</param>
internal readonly record struct Packet(
    PacketType Type,
    ReadOnlyMemory<byte> Namespace,
    ulong? AckId,
    int Attachments,
    ReadOnlyMemory<byte> Payload,
    ReadOnlyMemory<byte> Query = default,
    IReadOnlyList<ReadOnlyMemory<byte>>? Enclosed = null);
