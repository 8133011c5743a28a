using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace ChatServer.EngineIo.Transports;

/// <summary>Reads a whole request body of bounded size. Nothing is set aside for what a request only declares.</summary>
internal static class RequestBody
{
    /// <summary>The body, or null as soon as it is known to be longer than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="IOException">The client broke off, or sent what is no HTTP.</exception>
    /// <exception cref="OperationCanceledException">The connection ended, or <paramref name="cancellation"/> came first.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int limit, CancellationToken cancellation)
    {
        if (context.Request.ContentLength > limit)
            return null;
        // The limit is counted here, in bytes of the body, and answered in the protocol's way.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = null;
        var reader = context.Request.BodyReader;
        // A token handed to the read itself would leave Kestrel a body that it cannot drain.
        await using var interruption = cancellation.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        while (true)
        {
            var result = await reader.ReadAsync(CancellationToken.None);
            var isTooLong = result.Buffer.Length > limit;
            var isOver = isTooLong || result.IsCompleted;
            ReadOnlyMemory<byte> body = result.IsCompleted && !isTooLong ? result.Buffer.ToArray() : [];
            reader.AdvanceTo(isOver ? result.Buffer.End : result.Buffer.Start, result.Buffer.End);
            cancellation.ThrowIfCancellationRequested();
            if (isTooLong)
                return null;
            if (isOver)
                return body;
        }
    }
}
