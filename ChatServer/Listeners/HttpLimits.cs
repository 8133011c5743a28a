using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChatServer.Listeners;

/// <summary>
/// What a connection may cost before anybody behind its listener sees a request (section <c>Http</c>). The defaults are those of reliability.md section 4
/// unless a line says otherwise. The web server looks at its deadlines once a second.
/// </summary>
public sealed class HttpLimits
{
    public const string Section = "Http";

    /// <summary>Connections at once that are no WebSockets, and as many that are; 0 for no bound. A polling client has two.</summary>
    [Range(0, 10_000_000)]
    public int MaxConnections { get; set; } = 40_000;

    /// <summary>
    /// Connections that may wait to be accepted; the kernel takes no more than its <c>somaxconn</c>. Kestrel's 512 are too few for thousands that come
    /// back at once: whoever finds the queue full tries again after 1, 3, 7, … seconds.
    /// </summary>
    [Range(1, 65_535)]
    public int Backlog { get; set; } = 4_096;

    /// <summary>Milliseconds in which a request's headers must be here, from their first byte on.</summary>
    [Range(100, 3_600_000)]
    public int HeadersTimeout { get; set; } = 15_000;

    /// <summary>Milliseconds for which a connection may wait for its first request, or for the next; Kestrel's default.</summary>
    [Range(1_000, 3_600_000)]
    public int KeepAliveTimeout { get; set; } = 130_000;

    /// <summary>Header lines of a request.</summary>
    [Range(10, 10_000)]
    public int MaxHeaders { get; set; } = 100;

    /// <summary>Bytes of all of them.</summary>
    [Range(1_000, 1_000_000)]
    public int MaxHeaderBytes { get; set; } = 32_768;

    /// <summary>Bytes of a request line, its query included.</summary>
    [Range(100, 1_000_000)]
    public int MaxRequestLine { get; set; } = 8_192;

    /// <summary>Bytes a second that a body must come at on average; 0 for no bound.</summary>
    [Range(0, 1_000_000)]
    public int MinBodyRate { get; set; } = 240;

    /// <summary>Milliseconds of a body from which on that counts.</summary>
    [Range(2_000, 3_600_000)]
    public int BodyGrace { get; set; } = 5_000;

    /// <summary>Requests at once on a connection of HTTP/2, against those that reset them as fast as they can (reliability section 5, CVE-2023-44487).</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 100;

    /// <summary>Milliseconds of silence after which a connection of HTTP/2 is asked for a sign of life, as Engine.IO's: a stream may be silent for days.</summary>
    [Range(1_000, 3_600_000)]
    public int PingInterval { get; set; } = 25_000;

    /// <summary>Milliseconds it has to give one.</summary>
    [Range(1_000, 3_600_000)]
    public int PingTimeout { get; set; } = 20_000;

    internal void Apply(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = limits.MaxConcurrentUpgradedConnections = MaxConnections == 0 ? null : MaxConnections;
        limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(HeadersTimeout);
        limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(KeepAliveTimeout);
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestLineSize = MaxRequestLine;
        limits.MinRequestBodyDataRate = MinBodyRate == 0 ? null : new MinDataRate(MinBodyRate, TimeSpan.FromMilliseconds(BodyGrace));
        limits.Http2.MaxStreamsPerConnection = MaxStreams;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromMilliseconds(PingInterval);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromMilliseconds(PingTimeout);
    }
}
