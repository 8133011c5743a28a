using System.ComponentModel.DataAnnotations;

namespace ChatServer.SocketIo;

/// <summary>Socket.IO settings. The defaults are those of the reference server (protocol.md section 1) unless a line says otherwise.</summary>
public sealed class SocketIoOptions
{
    public const string Section = "SocketIo";

    /// <summary>The words of <see cref="Parser"/>, as a pattern.</summary>
    public const string Parsers = $"{Json}|{Msgpack}";

    internal const string Json = "json";
    internal const string Msgpack = "msgpack";

    /// <summary>Where the engine is served on each listener.</summary>
    [Required, RegularExpression("/.*[^/]/?", ErrorMessage = "must begin with a slash, such as /socket.io/")]
    public string Path { get; set; } = "/socket.io/";

    /// <summary>
    /// How packets are written: <c>json</c>, or <c>msgpack</c> for clients that are given socket.io-msgpack-parser 3. A listener speaks one of them, since
    /// nothing is negotiated; a dialect's own section may name another, as <c>Consult:Parser</c>.
    /// </summary>
    [Required, RegularExpression(Parsers, ErrorMessage = "must be json or msgpack")]
    public string Parser { get; set; } = Json;

    /// <summary>Whether the browser client is served under the path, as <c>/socket.io/socket.io.js</c> and its variants.</summary>
    public bool ServeClient { get; set; } = true;

    /// <summary>Milliseconds from the opening of a session to its first namespace.</summary>
    [Range(10, 3_600_000)]
    public int ConnectTimeout { get; set; } = 45_000;

    /// <summary>Binary arguments in one packet, whether they follow it or lie in it (CVE-2026-33151).</summary>
    [Range(0, 1_000)]
    public int MaxAttachments { get; set; } = 10;

    /// <summary>Bytes of all binary arguments of one packet together (reliability.md section 5).</summary>
    [Range(1_000, 100_000_000)]
    public int MaxAttachmentBytes { get; set; } = 1_000_000;

    /// <summary>Milliseconds in which the attachments of a packet must follow it (reliability.md section 4).</summary>
    [Range(10, 3_600_000)]
    public int AttachmentsTimeout { get; set; } = 10_000;

    /// <summary>Nesting of a packet's payload (reliability.md section 4).</summary>
    [Range(2, 64)]
    public int MaxJsonDepth { get; set; } = 32;

    /// <summary>Arguments of an event or an acknowledgement (reliability.md section 4).</summary>
    [Range(1, 100_000)]
    public int MaxArguments { get; set; } = 64;

    /// <summary>Elements of any array in a packet (reliability.md section 4).</summary>
    [Range(1, 1_000_000)]
    public int MaxArrayItems { get; set; } = 1_000;

    /// <summary>Characters of an event name (reliability.md section 4).</summary>
    [Range(1, 10_000)]
    public int MaxEventNameLength { get; set; } = 128;

    /// <summary>Bytes of a namespace's name (reliability.md section 4).</summary>
    [Range(1, 10_000)]
    public int MaxNamespaceLength { get; set; } = 64;

    /// <summary>Namespaces one session may be in (reliability.md section 4).</summary>
    [Range(1, 10_000)]
    public int MaxNamespaces { get; set; } = 4;

    /// <summary>CONNECTs of one session that may be refused; with the next refusal it is closed (reliability.md section 4).</summary>
    [Range(1, 10_000)]
    public int MaxRefusals { get; set; } = 5;

    /// <summary>
    /// Events a second from one socket, sustained; a socket that sends more is closed. 0 for no bound. Above reliability.md's 30, because this
    /// only stops abuse: how fast a user may speak is the core's to say, and to answer.
    /// </summary>
    [Range(0, 1_000_000)]
    public int EventsPerSecond { get; set; } = 100;

    /// <summary>Events at once after a quiet time: a client that comes back empties its buffer in one go.</summary>
    [Range(1, 1_000_000)]
    public int EventBurst { get; set; } = 1_000;

    /// <summary>Acknowledgements that may be awaited from one socket at a time; bounds the memory a silent client costs.</summary>
    [Range(1, 1_000_000)]
    public int MaxPendingAcks { get; set; } = 1_000;

    /// <summary>Milliseconds for which a client whose session broke may come back and miss nothing, where its namespace offers that.</summary>
    [Range(10, 3_600_000)]
    public int MaxDisconnectionDuration { get; set; } = 120_000;

    /// <summary>
    /// Events kept for one socket, to be sent again; a client that missed more starts afresh. More than a client takes in a minute from a busy
    /// room, and four times what may wait in its queue.
    /// </summary>
    [Range(1, 1_000_000)]
    public int RecoveryPackets { get; set; } = 1_000;

    /// <summary>Bytes of those events; broadcasts are shared between sockets.</summary>
    [Range(1_000, 1_000_000_000)]
    public int RecoveryBytes { get; set; } = 1_000_000;

    /// <summary>Sockets whose clients are waited for at once; the oldest give way (protocol.md section 17 asks for a bound).</summary>
    [Range(1, 1_000_000)]
    public int MaxLingering { get; set; } = 10_000;

    /// <summary>
    /// How the <c>User-Agent</c> of clients begins that bear recovery unasked: browsers, and the JavaScript runtimes. Others, such as React Native,
    /// ask by <c>auth.recover</c>.
    /// </summary>
    [Required(AllowEmptyStrings = true)]
    public string RecoveryAgents { get; set; } = "Mozilla/ node undici Bun/ Deno/";
}
