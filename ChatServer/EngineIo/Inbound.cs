using System.Buffers;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo;

/// <summary>A received packet together with the pooled array that its bytes lie in, if they lie in one. Whoever holds it last returns it.</summary>
internal readonly record struct Inbound(Packet Packet, byte[]? Rented = null)
{
    /// <summary>When it came, as a timestamp of the server's clock.</summary>
    public long Arrived { get; init; }

    public int Length => Packet.Data.Length;

    public void Return()
    {
        if (Rented is not null)
            ArrayPool<byte>.Shared.Return(Rented);
    }
}
