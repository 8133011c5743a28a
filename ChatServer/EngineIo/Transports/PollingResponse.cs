using System.IO.Compression;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo.Transports;

/// <summary>What the answers of long-polling have in common (protocol.md 2.4).</summary>
internal static class PollingResponse
{
    private static readonly string[] Codings = [ContentCoding.Gzip, ContentCoding.Deflate];

    /// <summary>How a payload is to be compressed: null where that is not allowed, not worth it, or not understood.</summary>
    public static string? Coding(HttpRequest request, IReadOnlyList<OutboundPacket> packets, int length, EngineIoOptions options) =>
        options.HttpCompression && length >= options.HttpCompressionThreshold && packets.Any(packet => !packet.SkipsCompression)
            ? ContentCoding.Choose(request.Headers.AcceptEncoding, Codings)
            : null;

    /// <summary>
    /// Writes an answer. Old Explorers are told not to mangle what looks like markup to them. A compressed answer has no length, as with the
    /// reference server, and needs no <c>Vary</c>: nothing may store it.
    /// </summary>
    public static async Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body, string? coding = null)
    {
        var response = context.Response;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        var agent = context.Request.Headers.UserAgent.ToString();
        if (agent.Contains(";MSIE", StringComparison.Ordinal) || agent.Contains("Trident/", StringComparison.Ordinal))
            response.Headers.XXSSProtection = "0";
        response.Headers.ContentEncoding = coding;
        if (coding is null)
            response.ContentLength = body.Length;
        else
            body = ContentCoding.Encode(coding, body.Span, CompressionLevel.Fastest);
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
