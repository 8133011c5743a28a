namespace ChatServer.EngineIo.WebSockets;

/// <summary>Bounds of one <see cref="MessageSocket"/>.</summary>
/// <param name="MaxMessage">Bytes of a message that is received; a longer one ends the socket with 1009.</param>
/// <param name="PingInterval">Between two pings.</param>
/// <param name="PingTimeout">After a ping, until the peer must have been heard.</param>
/// <param name="CloseTimeout">For the peer's half of a close.</param>
/// <param name="OutboundMessages">That wait for a slow reader, which is cut off above it.</param>
/// <param name="OutboundBytes">The same in bytes; the message that crosses the line is still taken.</param>
public sealed record MessageSocketLimits(
    int MaxMessage, TimeSpan PingInterval, TimeSpan PingTimeout, TimeSpan CloseTimeout, int OutboundMessages, int OutboundBytes)
{
    internal EngineIoOptions ToOptions() => new()
    {
        MaxPayload = MaxMessage,
        CloseTimeout = (int)CloseTimeout.TotalMilliseconds,
        OutboundPackets = OutboundMessages,
        OutboundBytes = OutboundBytes,
    };
}

/// <summary>Why the server ends a <see cref="MessageSocket"/>: close codes of RFC 6455 section 7.4.1 and IANA's register.</summary>
public enum MessageSocketClose : ushort
{
    Normal = 1000,
    GoingAway = 1001,
    PolicyViolation = 1008,
    InternalError = 1011,
    ServiceRestart = 1012,
}

/// <summary>How a <see cref="MessageSocket"/> came to its end.</summary>
public enum MessageSocketEnd
{
    /// <summary>In order, whoever began it.</summary>
    Closed,

    /// <summary>The connection broke, or the peer broke the protocol.</summary>
    Broken,

    /// <summary>A message was too long.</summary>
    TooBig,

    /// <summary>The peer did not read what was sent.</summary>
    Slow,

    /// <summary>The peer was not heard any more.</summary>
    Silent,
}
