using Microsoft.AspNetCore.Http.Features;

namespace ChatServer.EngineIo.Transports;

/// <summary>Reads a whole request body of bounded size.</summary>
internal static class RequestBody
{
    /// <summary>The body, or null as soon as it is known to be longer than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="IOException">The client broke off.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit)
            return null;
        // The limit is counted here, in bytes of the body, and answered in the protocol's way.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = null;
        var body = new byte[context.Request.ContentLength ?? 4096];
        var length = 0;
        while (true)
        {
            if (length == body.Length)
            {
                if (length > limit)
                    return null;
                Array.Resize(ref body, Math.Clamp(length * 2, 256, limit + 1));
            }
            var read = await context.Request.Body.ReadAsync(body.AsMemory(length), context.RequestAborted);
            length += read;
            if (length > limit)
                return null;
            if (read == 0 || length == context.Request.ContentLength)
                return body.AsMemory(0, length);
        }
    }
}
