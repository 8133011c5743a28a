namespace ChatServer.EngineIo;

/// <summary>
/// Where those who build on the engine may step in between a request and its answer. All are optional. They run on the request's own
/// thread, so they must not block; an exception ends the request with status 500.
/// </summary>
public sealed class EngineIoHooks
{
    public static readonly EngineIoHooks None = new();

    /// <summary>
    /// Asked once for each session, before it opens, with the request that wants to open it, polling or WebSocket. Null lets it in; a text
    /// is the message of the refusal (code 4), and an empty one stands for <c>Forbidden</c>. It goes to the client as it is.
    /// </summary>
    public Func<HttpContext, ValueTask<string?>>? AllowRequest { get; init; }

    /// <summary>Adds headers to the answer that opens a session, the 101 of a WebSocket included.</summary>
    public Action<HttpRequest, IHeaderDictionary>? InitialHeaders { get; init; }

    /// <summary>Adds headers to every answer of a session: the one that opens it, polls, posts, the 101 of an upgrade. Refusals have none.</summary>
    public Action<HttpRequest, IHeaderDictionary>? Headers { get; init; }

    internal async ValueTask<EngineIoError?> CheckAsync(HttpContext context) =>
        AllowRequest is not null && await AllowRequest(context) is { } text ? EngineIoError.Forbidden(text) : null;

    internal void AddHeaders(HttpContext context, bool isInitial)
    {
        if (isInitial)
            InitialHeaders?.Invoke(context.Request, context.Response.Headers);
        Headers?.Invoke(context.Request, context.Response.Headers);
    }
}
