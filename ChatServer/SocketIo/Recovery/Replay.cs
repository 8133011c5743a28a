using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Recovery;

/// <summary>
/// What a returning client is sent: what it has missed, and the CONNECT reply behind it (protocol.md section 14), from which it learns that it was
/// recovered.
/// <code>missed event, missed event, CONNECT reply [, the rest of what it has missed]</code>
/// JavaScript clients keep what comes before the reply and forget none of it when the connection breaks again in between: they
/// would get it a second time. So no more goes before the reply than arrives together with it, and a long rest follows.
/// </summary>
internal static class Replay
{
    /// <summary>What TCP sends at once on a new connection, ten segments (RFC 6928).</summary>
    private const int FirstFlight = 14_000;

    public static OutboundPacket[] Compose(IReadOnlyCollection<RecoverableEvent> missed, OutboundPacket reply, EngineIoSocket engine)
    {
        var packets = new List<OutboundPacket>(missed.Count + 1);
        var room = engine.RoomInNextBatch;
        var (isReplied, bytes) = (false, reply.Bytes.Length);
        foreach (var e in missed)
        {
            bytes += e.Bytes;
            if (!isReplied && (bytes > FirstFlight || packets.Count + 2 + (e.Attachments?.Count ?? 0) > room))
            {
                packets.Add(reply);
                isReplied = true;
            }
            packets.Add(e.Head);
            packets.AddRange(e.Attachments ?? []);
        }
        if (!isReplied)
            packets.Add(reply);
        return [.. packets];
    }
}
