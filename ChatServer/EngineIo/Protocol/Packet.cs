namespace ChatServer.EngineIo.Protocol;

/// <summary>Packet types; on the wire each is its digit (protocol.md section 3).</summary>
public enum PacketType : byte
{
    Open = 0,
    Close = 1,
    Ping = 2,
    Pong = 3,
    Message = 4,
    Upgrade = 5,
    Noop = 6,
}

/// <summary>One packet as received.</summary>
/// <param name="Data">Text without the type digit, UTF-8; or the bytes of a binary message.</param>
internal readonly record struct Packet(PacketType Type, ReadOnlyMemory<byte> Data, bool IsBinary = false);
