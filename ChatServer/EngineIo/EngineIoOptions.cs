using System.ComponentModel.DataAnnotations;

namespace ChatServer.EngineIo;

/// <summary>Engine.IO settings. The defaults are those of the reference server (protocol.md section 1) unless a line says otherwise.</summary>
public sealed class EngineIoOptions
{
    public const string Section = "EngineIo";

    /// <summary>Milliseconds of quiet after which the server sends a ping.</summary>
    [Range(10, 3_600_000)]
    public int PingInterval { get; set; } = 25_000;

    /// <summary>Milliseconds the client has to answer a ping.</summary>
    [Range(10, 3_600_000)]
    public int PingTimeout { get; set; } = 20_000;

    /// <summary>Milliseconds from the opening of a candidate WebSocket to its upgrade packet.</summary>
    [Range(10, 3_600_000)]
    public int UpgradeTimeout { get; set; } = 10_000;

    /// <summary>Bytes of one request body or one WebSocket message; told to clients as <c>maxPayload</c>.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxPayload { get; set; } = 1_000_000;

    /// <summary>Whether a polling session may move to a WebSocket.</summary>
    public bool AllowUpgrades { get; set; } = true;

    /// <summary>
    /// Whether Engine.IO 3 is spoken as well, for socket.io-client 1 and 2 and their like. The reference server's default is false; here old
    /// clients are what the server is for.
    /// </summary>
    public bool AllowEio3 { get; set; } = true;

    /// <summary>
    /// Milliseconds between accepting a WebSocket and its open packet. A client that begins to listen only once it is open misses a packet that
    /// comes together with the acceptance; no client library does, but the suite of Engine.IO 3 does.
    /// </summary>
    [Range(0, 1_000)]
    public int OpeningPause { get; set; }

    /// <summary>
    /// Whether polls are answered with a bare noop as soon as a candidate WebSocket is there, and all that is queued waits for it. The suites of
    /// Engine.IO written in Rust want it; the reference server answers as usual until the probe. Off, because a proxy that lets WebSockets open and then
    /// swallows their frames would silence each session for <see cref="UpgradeTimeout"/>.
    /// </summary>
    public bool NoopWhileUpgrading { get; set; }

    /// <summary>Milliseconds an orderly close waits for the next poll, so that queued packets still arrive.</summary>
    [Range(10, 3_600_000)]
    public int PollingCloseTimeout { get; set; } = 30_000;

    /// <summary>Milliseconds to wait for the peer's half of a WebSocket close (reliability.md section 4).</summary>
    [Range(10, 3_600_000)]
    public int CloseTimeout { get; set; } = 5_000;

    /// <summary>Packets in one poll answer: python-engineio drops the connection above 16 (protocol.md section 6).</summary>
    [Range(1, 10_000)]
    public int MaxPacketsPerPoll { get; set; } = 16;

    /// <summary>Packets in one posted payload (reliability.md section 4).</summary>
    [Range(1, 100_000)]
    public int MaxPacketsPerPost { get; set; } = 1_000;

    /// <summary>
    /// Name of a cookie with the session's id, set by the answer that opens a polling session; empty for none, <c>io</c> is the usual one. It is for
    /// a proxy that routes by it, and proves nothing: it is never read here.
    /// </summary>
    [RegularExpression("[0-9A-Za-z!#$%&'*+.^_`|~-]*", ErrorMessage = "must be a cookie's name, such as io")]
    public string CookieName { get; set; } = "";

    /// <summary>Whether the answers to polls are compressed, by gzip or deflate, for clients that ask for it.</summary>
    public bool HttpCompression { get; set; } = true;

    /// <summary>Bytes from which on they are.</summary>
    [Range(0, 100_000_000)]
    public int HttpCompressionThreshold { get; set; } = 1_024;

    /// <summary>
    /// Whether WebSocket messages are compressed, for clients that offer it. Off: it costs far more CPU and memory than it saves for
    /// messages of chat's size, and has been the way of many attacks (reliability.md T13).
    /// </summary>
    public bool PerMessageDeflate { get; set; }

    /// <summary>Bytes of a message from which on it is sent compressed.</summary>
    [Range(0, 100_000_000)]
    public int PerMessageDeflateThreshold { get; set; } = 1_024;

    /// <summary>Sessions at once (reliability.md section 4: connections of a node).</summary>
    [Range(1, 10_000_000)]
    public int MaxSessions { get; set; } = 20_000;

    /// <summary>Sessions at once from one address; 0 for no bound, since an office or a proxy is one address.</summary>
    [Range(0, 10_000_000)]
    public int MaxSessionsPerAddress { get; set; }

    /// <summary>Handshakes a minute from one address; 0 for no bound, for the same reason.</summary>
    [Range(0, 10_000_000)]
    public int HandshakesPerMinutePerAddress { get; set; }

    /// <summary>
    /// Packets waiting for one client; a client that lets more gather is closed as too slow. Four times what reliability.md section 4 says: a
    /// burst of a thousand small events to a client that reads is no fault of the client's; the bytes are what costs.
    /// </summary>
    [Range(16, 1_000_000)]
    public int OutboundPackets { get; set; } = 1_024;

    /// <summary>
    /// Bytes waiting for one client; the packet that crosses the line is still taken. Four times what reliability.md section 4 says: a history of
    /// fifty messages at their longest has 1.5 MB, and must not make a slow reader of a client between two polls. A broadcast's bytes are shared.
    /// </summary>
    [Range(1_000, 1_000_000_000)]
    public int OutboundBytes { get; set; } = 4_000_000;

    /// <summary>Messages of one client waiting to be handled; above it the server reads no more from that client until there is room.</summary>
    [Range(1, 1_000_000)]
    public int InboundMessages { get; set; } = 256;

    /// <summary>Bytes of one client waiting to be handled.</summary>
    [Range(1_000, 1_000_000_000)]
    public int InboundBytes { get; set; } = 1_000_000;
}
