using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo;

/// <summary>The packets waiting for one client, bounded in number and bytes. Guarded by its socket's lock.</summary>
internal sealed class Outbox(EngineIoOptions options)
{
    private readonly Queue<OutboundPacket> _packets = new();
    private long _bytes;

    public bool IsEmpty => _packets.Count == 0;

    /// <summary>Whether the bounds are near enough that waiting for more to send together would be a risk.</summary>
    public bool IsHalfFull => _packets.Count >= options.OutboundPackets / 2 || _bytes >= options.OutboundBytes / 2;

    /// <summary>
    /// Adds the packets together. False when the bounds were reached before: what crosses them is still taken, so that one packet
    /// larger than the bound can leave at all.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<OutboundPacket> packets)
    {
        if (_packets.Count >= options.OutboundPackets || _bytes >= options.OutboundBytes)
            return false;
        foreach (var packet in packets)
        {
            _packets.Enqueue(packet);
            _bytes += packet.Bytes.Length;
        }
        return true;
    }

    public void MoveTo(List<OutboundPacket> batch, int max)
    {
        while (batch.Count < max && _packets.TryDequeue(out var packet))
        {
            batch.Add(packet);
            _bytes -= packet.Bytes.Length;
        }
    }

    public void Clear()
    {
        _packets.Clear();
        _bytes = 0;
    }
}
