using System.IO.Compression;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo.Transports;

/// <summary>What the answers of long-polling have in common (protocol.md 2.4).</summary>
internal static class PollingResponse
{
    private static readonly string[] Codings = [ContentCoding.Gzip, ContentCoding.Deflate];

    /// <summary>The headers of every answer. Old Internet Explorers took some payloads for an attack.</summary>
    public static void Describe(HttpContext context, string contentType)
    {
        var headers = context.Response.Headers;
        headers.ContentType = contentType;
        headers.CacheControl = "no-store";
        if (context.Request.Headers.UserAgent.ToString() is var agent && (agent.Contains(";MSIE", StringComparison.Ordinal) || agent.Contains("Trident/", StringComparison.Ordinal)))
            headers.XXSSProtection = "0";
    }

    /// <summary>Writes a payload, compressed where that is allowed, worth it and understood. Clients expect no length then, and caches keep nothing.</summary>
    public static async Task WriteAsync(HttpContext context, IReadOnlyList<OutboundPacket> packets, ReadOnlyMemory<byte> body, EngineIoOptions options)
    {
        var isWorthIt = options.HttpCompression && body.Length >= options.HttpCompressionThreshold && packets.Any(packet => !packet.SkipsCompression);
        if (isWorthIt && ContentCoding.Choose(context.Request.Headers.AcceptEncoding, Codings) is { } coding)
        {
            context.Response.Headers.ContentEncoding = coding;
            body = ContentCoding.Encode(coding, body.Span, CompressionLevel.Fastest);
        }
        else
        {
            context.Response.ContentLength = body.Length;
        }
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
