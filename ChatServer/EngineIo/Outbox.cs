using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo;

/// <summary>The packets waiting for one client, bounded in number and bytes. Guarded by its socket's lock.</summary>
internal sealed class Outbox(EngineIoOptions options)
{
    private readonly Queue<OutboundPacket> _packets = new();
    private long _bytes;
    private int _packetsBeyond;
    private long _bytesBeyond;

    /// <summary>Packets added so far.</summary>
    public long Added { get; private set; }

    public int Count => _packets.Count;

    public bool IsEmpty => _packets.Count == 0;

    /// <summary>Whether the bounds are near enough that waiting for more to send together would be a risk.</summary>
    public bool IsHalfFull => IsBeyond(options.OutboundPackets / 2, options.OutboundBytes / 2);

    /// <summary>
    /// Adds the packets together. False when the bounds were reached before: what crosses them is still taken, so that one packet
    /// larger than the bound can leave at all.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<OutboundPacket> packets)
    {
        if (IsBeyond(options.OutboundPackets, options.OutboundBytes))
            return false;
        Add(packets);
        return true;
    }

    /// <summary>Adds packets that the bounds do not count, because whoever adds them has bounds of its own.</summary>
    public void AddBeyond(ReadOnlySpan<OutboundPacket> packets)
    {
        _packetsBeyond += packets.Length;
        _bytesBeyond += Add(packets);
    }

    public void MoveTo(List<OutboundPacket> batch, int max)
    {
        while (batch.Count < max && _packets.TryDequeue(out var packet))
        {
            batch.Add(packet);
            _bytes -= packet.Bytes.Length;
            _packetsBeyond = Math.Max(0, _packetsBeyond - 1);
            _bytesBeyond = Math.Max(0, _bytesBeyond - packet.Bytes.Length);
        }
    }

    public void Clear()
    {
        _packets.Clear();
        _bytes = _bytesBeyond = _packetsBeyond = 0;
    }

    private bool IsBeyond(int packets, long bytes) => _packets.Count - _packetsBeyond >= packets || _bytes - _bytesBeyond >= bytes;

    private long Add(ReadOnlySpan<OutboundPacket> packets)
    {
        var before = _bytes;
        Added += packets.Length;
        foreach (var packet in packets)
        {
            _packets.Enqueue(packet);
            _bytes += packet.Bytes.Length;
        }
        return _bytes - before;
    }
}
