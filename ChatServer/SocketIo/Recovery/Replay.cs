using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo.Protocol;

namespace ChatServer.SocketIo.Recovery;

/// <summary>
/// What a returning client is sent: what it has missed, and the CONNECT reply behind it (protocol.md section 14), from which it learns that it was
/// recovered.
/// <code>missed event, missed event, CONNECT reply [, the rest of what it has missed]</code>
/// JavaScript clients keep what comes before the reply and forget none of it when the connection breaks again in between: they
/// would get it a second time. So no more goes before the reply than arrives together with it, and the rest follows: behind the reply each event
/// moves the client's offset on at once.
/// </summary>
internal static class Replay
{
    /// <summary>
    /// Bytes that no path takes apart: a TCP segment, as short as IPv6 allows (1,280 bytes less 60 of headers). A poll's answer is taken as a whole
    /// whatever its length, but what is queued for it may leave on a WebSocket instead.
    /// </summary>
    private const int Segment = 1_220;

    /// <summary>The head of a WebSocket frame of that length.</summary>
    private const int FrameHead = 4;

    /// <param name="missed">The events, in order.</param>
    /// <param name="reply">The CONNECT reply.</param>
    /// <param name="room">How many messages leave together with the next one that is queued.</param>
    /// <param name="format">How the client's packets lie in messages.</param>
    public static OutboundPacket[] Compose(IReadOnlyCollection<RecoverableEvent> missed, OutboundPacket reply, int room, PacketFormat format)
    {
        var messages = new List<OutboundPacket>(missed.Count + 1);
        var answer = format.ToMessages([reply])[0];
        var (isReplied, bytes) = (false, answer.Bytes.Length + FrameHead);
        foreach (var e in missed)
        {
            var next = format.ToMessages(e.Packets);
            foreach (var message in next)
                bytes += message.Bytes.Length + FrameHead;
            if (!isReplied && (bytes > Segment || messages.Count + 1 + next.Length > room))
            {
                messages.Add(answer);
                isReplied = true;
            }
            messages.AddRange(next);
        }
        if (!isReplied)
            messages.Add(answer);
        return [.. messages];
    }
}
