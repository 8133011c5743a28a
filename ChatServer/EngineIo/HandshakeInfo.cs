using System.Net;

namespace ChatServer.EngineIo;

/// <summary>What the request that opened the session said about itself.</summary>
/// <param name="Headers">Request headers, copied: the request itself is gone long before the session.</param>
/// <param name="Query">Query keys and values; of a repeated key the last value, as the reference server does.</param>
/// <param name="Url">Path and query as sent.</param>
/// <param name="Address">The peer's address.</param>
/// <param name="Secure">Whether the request came over TLS.</param>
/// <param name="Issued">When the handshake happened.</param>
public sealed record HandshakeInfo(
    IHeaderDictionary Headers,
    IReadOnlyDictionary<string, string> Query,
    string Url,
    IPAddress? Address,
    bool Secure,
    DateTimeOffset Issued);
