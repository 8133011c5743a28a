using System.Text;

namespace ChatServer.Dialects.Demo;

/// <summary>One file of a demo as it goes out.</summary>
/// <param name="Type">Its Content-Type.</param>
/// <param name="Policy">Its Content-Security-Policy.</param>
internal sealed record DemoFile(ReadOnlyMemory<byte> Bytes, string Type, string Policy)
{
    /// <exception cref="NotSupportedException">The name's ending is none that demos are made of.</exception>
    public static DemoFile From(string name, byte[] bytes) => Path.GetExtension(name) switch
    {
        ".html" => new(bytes, "text/html; charset=utf-8", DemoPolicy.For(Encoding.UTF8.GetString(bytes))),
        ".js" => new(bytes, "text/javascript; charset=utf-8", DemoPolicy.ForFiles),
        ".css" => new(bytes, "text/css; charset=utf-8", DemoPolicy.ForFiles),
        var other => throw new NotSupportedException($"{name}: a demo has no files that end in {other}"),
    };

    /// <summary>A browser asks each time, so that a new build shows at once.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-cache";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = Type;
        context.Response.ContentLength = Bytes.Length;
        return context.Response.BodyWriter.WriteAsync(Bytes, context.RequestAborted).AsTask();
    }
}
