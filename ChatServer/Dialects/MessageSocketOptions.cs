using System.ComponentModel.DataAnnotations;
using ChatServer.EngineIo.WebSockets;

namespace ChatServer.Dialects;

/// <summary>The bounds of a dialect's raw WebSockets, in its own section.</summary>
public abstract class MessageSocketOptions
{
    /// <summary>Bytes of one message on a socket: MB means 1,000,000 bytes (contracts, decided).</summary>
    [Range(1_000, 100_000_000)]
    public int MaxMessageBytes { get; set; } = 1_000_000;

    /// <summary>Milliseconds between two pings, as Engine.IO's.</summary>
    [Range(10, 3_600_000)]
    public int PingInterval { get; set; } = 25_000;

    /// <summary>Milliseconds that a client has to be heard after a ping.</summary>
    [Range(10, 3_600_000)]
    public int PingTimeout { get; set; } = 20_000;

    /// <summary>Milliseconds to wait for the peer's half of a close (reliability section 4).</summary>
    [Range(10, 60_000)]
    public int CloseTimeout { get; set; } = 5_000;

    /// <summary>Frames waiting for one client; a client that lets more gather is cut off. As Engine.IO's.</summary>
    [Range(16, 1_000_000)]
    public int OutboundMessages { get; set; } = 1_024;

    /// <summary>Bytes waiting for one client.</summary>
    [Range(1_000, 1_000_000_000)]
    public int OutboundBytes { get; set; } = 4_000_000;

    /// <summary>Frames a second from one socket, sustained, as on Socket.IO; a socket that sends faster is closed. 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int FramesPerSecond { get; set; } = 100;

    /// <summary>Frames at once after a quiet time.</summary>
    [Range(1, 1_000_000)]
    public int FrameBurst { get; set; } = 1_000;

    /// <summary>Sockets at once (reliability section 4: connections of a node).</summary>
    [Range(1, 10_000_000)]
    public int MaxSockets { get; set; } = 20_000;

    internal MessageSocketLimits Limits => new(
        MaxMessageBytes, TimeSpan.FromMilliseconds(PingInterval), TimeSpan.FromMilliseconds(PingTimeout), TimeSpan.FromMilliseconds(CloseTimeout),
        OutboundMessages, OutboundBytes);
}
