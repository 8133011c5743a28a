namespace ChatServer.EngineIo;

/// <summary>Why a session ended. The texts are those of the reference server, because clients' logs and dashboards know them.</summary>
/// <param name="Text">The reason as the reference server words it.</param>
/// <param name="Drains">Whether packets already queued are still delivered before the transport closes.</param>
public sealed record CloseReason(string Text, bool Drains = false)
{
    /// <summary>What a transport hears that comes for packets afterwards.</summary>
    internal TakeResult Farewell { get; private init; } = TakeResult.Closed;

    /// <summary>The peer closed the WebSocket, or posted a close packet.</summary>
    public static readonly CloseReason TransportClose = new("transport close") { Farewell = TakeResult.ClosedByPeer };

    /// <summary>Aborted or overlapping requests, a frame error, an oversized message, a heartbeat in the wrong direction.</summary>
    public static readonly CloseReason TransportError = new("transport error");

    /// <summary>No pong within the ping timeout.</summary>
    public static readonly CloseReason PingTimeout = new("ping timeout");

    /// <summary>A malformed Engine.IO packet or payload.</summary>
    public static readonly CloseReason ParseError = new("parse error");

    /// <summary>Closed from above in the ordinary way: queued packets leave first.</summary>
    public static readonly CloseReason ForcedClose = new("forced close", Drains: true);

    /// <summary>Closed from above because the peer broke the protocol built on top.</summary>
    public static readonly CloseReason ForcedServerClose = new("forced server close");

    /// <summary>The server stops.</summary>
    public static readonly CloseReason ServerShuttingDown = new("server shutting down") { Farewell = TakeResult.ServerStops };

    /// <summary>The peer reads too slowly: its outbound queue is full.</summary>
    public static readonly CloseReason SlowConsumer = new("slow consumer");

    public override string ToString() => Text;
}
