using System.Collections.Concurrent;
using System.IO.Compression;
using ChatServer.EngineIo;
using Microsoft.Net.Http.Headers;

namespace ChatServer.SocketIo;

/// <summary>One file of the browser client, read and compressed when somebody first wants it so, and kept.</summary>
internal sealed class ClientBundle(string path, string version)
{
    private const string Plain = "identity";
    private static readonly string[] Codings = [ContentCoding.Brotli, ContentCoding.Gzip, ContentCoding.Deflate];

    private readonly ConcurrentDictionary<string, Lazy<ReadOnlyMemory<byte>>> _encoded = new(StringComparer.Ordinal);
    private readonly EntityTagHeaderValue _tag = new($"\"{version}\"");
    private readonly string _contentType = path.EndsWith(".map", StringComparison.Ordinal) ? "application/json; charset=utf-8" : "application/javascript; charset=utf-8";

    /// <summary>Browsers ask every time, and are told that nothing has changed as long as the version is the same.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = _tag.ToString();
        response.Headers.CacheControl = "public, max-age=0";
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(_tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var coding = ContentCoding.Choose(request.Headers.AcceptEncoding, Codings);
        response.Headers.ContentEncoding = coding;
        var bytes = _encoded.GetOrAdd(coding ?? Plain, one => new Lazy<ReadOnlyMemory<byte>>(() => Encode(one))).Value;
        response.ContentType = _contentType;
        response.ContentLength = bytes.Length;
        return response.BodyWriter.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private ReadOnlyMemory<byte> Encode(string coding) =>
        coding is Plain ? File.ReadAllBytes(path) : ContentCoding.Encode(coding, File.ReadAllBytes(path), CompressionLevel.Optimal);
}
