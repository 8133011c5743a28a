using System.Collections.Frozen;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>How a call's messages run.</summary>
internal enum GrpcKind
{
    Unary,
    ClientStream,
    ServerStream,
}

/// <param name="Name">Such as <c>midimo.chat.ChatService/SendMessage</c>; the path is the same behind a slash.</param>
/// <param name="RunAsync">Reads, works and writes; the status is told by the door.</param>
internal sealed record GrpcMethod(string Name, GrpcKind Kind, Func<GrpcCall, Task<GrpcStatus>> RunAsync);

/// <param name="MaxMessageBytes">Of a request's message, packed or not.</param>
/// <param name="Patience">For unary calls that set no deadline of their own.</param>
internal sealed record GrpcLimits(int MaxMessageBytes, TimeSpan Patience)
{
    /// <summary>For streams to us that set no deadline: as long as REST has for uploads.</summary>
    public static readonly TimeSpan StreamPatience = TimeSpan.FromMinutes(2);
}

/// <summary>
/// Serves gRPC on an HTTP/2 listener: finds the method, sets the call's ends, tells its status, and keeps account of it. What is no gRPC at all
/// is refused as HTTP.
/// </summary>
internal sealed class GrpcDoor(
    IEnumerable<GrpcMethod> methods, GrpcLimits limits, GrpcGuard guard, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<GrpcDoor> logger)
{
    private const string UnknownMethod = "unknown";

    private static readonly GrpcStatus NoTrailers = new(GrpcCode.Internal, "The header te: trailers is missing: something in between would drop the status");
    private static readonly GrpcStatus BadTimeout = new(GrpcCode.Internal, "grpc-timeout must be up to eight digits and one of H, M, S, m, u, n");
    private static readonly GrpcStatus BadEncoding = new(GrpcCode.Unimplemented, "grpc-encoding must be identity or gzip");
    private static readonly GrpcStatus BadKey =
        new(GrpcCode.InvalidArgument, $"{GrpcHeaders.IdempotencyKey} must have up to {GrpcHeaders.MaxIdLength} characters, none of them a control character");

    private readonly FrozenDictionary<string, GrpcMethod> _methods = methods.ToFrozenDictionary(method => $"/{method.Name}", StringComparer.Ordinal);
    private int _open;

    /// <summary>Calls at this moment.</summary>
    public int Open => Volatile.Read(ref _open);

    public void Map(IEndpointRouteBuilder routes) => routes.Map("/{**method}", ServeAsync).ExcludeFromDescription();

    private Task ServeAsync(HttpContext http)
    {
        var isPost = HttpMethods.IsPost(http.Request.Method);
        if (isPost && GrpcHeaders.IsGrpc(http.Request.ContentType))
            return ServeCallAsync(http, _methods.GetValueOrDefault(http.Request.Path.Value ?? ""));
        http.Response.StatusCode = isPost ? StatusCodes.Status415UnsupportedMediaType : StatusCodes.Status405MethodNotAllowed;
        return Task.CompletedTask;
    }

    private async Task ServeCallAsync(HttpContext http, GrpcMethod? method)
    {
        var start = time.GetTimestamp();
        using var call = new GrpcCall(http, method?.Name ?? UnknownMethod, limits.MaxMessageBytes, time);
        var status = GrpcStatus.Internal;
        Interlocked.Increment(ref _open);
        GrpcMetrics.Opened(method?.Kind);
        try
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["grpc-accept-encoding"] = "identity,gzip";
            (status, _) = await guard.GuardAsync(call.Method, call.RequestId, () => call.EndedBy, async () => await RunAsync(http, call, method));
            call.Tell(status);
        }
        finally
        {
            GrpcMetrics.Ended(call.Method, method?.Kind, status);
            Interlocked.Decrement(ref _open);
            Tell(call, status, time.GetElapsedTime(start));
        }
    }

    private Task<GrpcStatus> RunAsync(HttpContext http, GrpcCall call, GrpcMethod? method)
    {
        var headers = http.Request.Headers;
        if (headers.TE != "trailers")
            return Task.FromResult(NoTrailers);
        if (!GrpcHeaders.TryReadTimeout(headers[GrpcHeaders.Timeout], out var timeout))
            return Task.FromResult(BadTimeout);
        if (headers[GrpcHeaders.Encoding].ToString() is not ("" or "identity" or "gzip"))
            return Task.FromResult(BadEncoding);
        if (!GrpcHeaders.TryReadIdempotencyKey(headers[GrpcHeaders.IdempotencyKey], out var key))
            return Task.FromResult(BadKey);
        if (method is null)
            return Task.FromResult(GrpcStatus.Unimplemented);
        call.IdempotencyKey = key;
        SetEnds(call, method.Kind, timeout);
        Rest.RestBody.LimitSize(http, null);
        return method.RunAsync(call);
    }

    /// <summary>A stream of ours may last for days, and must not keep a server from stopping.</summary>
    private void SetEnds(GrpcCall call, GrpcKind kind, TimeSpan? timeout)
    {
        if (timeout is { } patience)
            call.EndAtDeadline(patience);
        else if (kind is not GrpcKind.ServerStream)
            call.EndAfter(GrpcStatus.DeadlineExceeded, kind is GrpcKind.Unary ? limits.Patience : GrpcLimits.StreamPatience);
        if (kind is GrpcKind.ServerStream)
            call.EndWith(GrpcStatus.Stopping, lifetime.ApplicationStopping);
    }

    private void Tell(GrpcCall call, GrpcStatus status, TimeSpan duration)
    {
        if (status.IsOk)
            logger.CallAnswered(call.Method, call.RequestId, duration.TotalMilliseconds);
        else
            logger.CallRefused(call.Method, call.RequestId, status.Name, duration.TotalMilliseconds);
    }
}
