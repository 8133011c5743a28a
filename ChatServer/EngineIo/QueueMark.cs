namespace ChatServer.EngineIo;

/// <summary>A place in what a session is sent: behind everything that was queued when the mark was made.</summary>
/// <param name="Socket">The session.</param>
/// <param name="Position">Packets queued by then.</param>
public readonly record struct QueueMark(EngineIoSocket Socket, long Position)
{
    /// <summary>
    /// Whether the transport has written everything in front of the mark: to the WebSocket, or as the answer to a poll. False for ever when the session
    /// ended before.
    /// </summary>
    public bool IsWritten => Socket.Written >= Position;

    /// <summary>Behind one packet more: the next that is queued, or was since.</summary>
    public QueueMark Next => this with { Position = Position + 1 };
}
