using ChatServer.EngineIo.Protocol;
using ChatServer.EngineIo.Transports;

namespace ChatServer.EngineIo;

/// <summary>The HTTP face of the engine: every request to its path is a handshake, a poll, a post or an upgrade.</summary>
public static class EngineIoEndpoints
{
    /// <summary>Serves the engine at <paramref name="path"/>, with and without a trailing slash.</summary>
    public static IEndpointConventionBuilder MapEngineIo(this IEndpointRouteBuilder routes, string path, EngineIoServer server) =>
        routes.Map(path, context => HandleAsync(context, server)).ExcludeFromDescription();

    private static Task HandleAsync(HttpContext context, EngineIoServer server)
    {
        var request = EngineIoRequest.From(context.Request, server.Options);
        if (Check(context, request, server, out var socket) is { } error)
            return RefuseAsync(context, request, error, server);
        if (socket is null)
            return OpenAsync(context, request, server);
        server.Hooks.AddHeaders(context, isInitial: false);
        return (socket.Transport, request.IsUpgrade) switch
        {
            (_, true) => UpgradeAsync(context, socket, server),
            (PollingTransport polling, false) => PollOrPostAsync(context, polling),
            _ => EngineIoError.BadRequest.WriteAsync(context.Response, isUpgrade: false),
        };
    }

    /// <summary>The checks of protocol.md 2.2 up to the hook, in its order; the first that fails answers.</summary>
    private static EngineIoError? Check(HttpContext context, EngineIoRequest request, EngineIoServer server, out EngineIoSocket? socket)
    {
        socket = null;
        if (!request.IsPolling && !request.IsWebSocket)
            return EngineIoError.UnknownTransport;
        if (context.Request.Headers.Origin.ToString().Any(char.IsControl))
            return EngineIoError.BadRequest;
        if (request.Sid is not null)
            return server.TryFind(request.Sid, out socket) ? CheckSession(context, request, socket) : EngineIoError.UnknownSession;
        if (!HttpMethods.IsGet(context.Request.Method))
            return EngineIoError.BadHandshakeMethod;
        var fits = request.IsUpgrade == request.IsWebSocket && (!request.IsUpgrade || WebSocketHandshake.IsValid(context.Request));
        return fits ? server.Admission.Check(context.Connection.RemoteIpAddress) : EngineIoError.BadRequest;
    }

    private static EngineIoError? CheckSession(HttpContext context, EngineIoRequest request, EngineIoSocket socket)
    {
        var fits = request.IsUpgrade
            ? request.IsWebSocket && WebSocketHandshake.IsValid(context.Request)
            : socket.TransportName == request.Transport;
        return fits && request.Revision == socket.Revision ? null : EngineIoError.BadRequest;
    }

    private static Task RefuseAsync(HttpContext context, EngineIoRequest request, EngineIoError error, EngineIoServer server)
    {
        server.Log.Refused(error.Message);
        EngineIoMetrics.Refused(error.Reason);
        return error.WriteAsync(context.Response, request.IsUpgrade);
    }

    /// <summary>The last two checks, and the session.</summary>
    private static async Task OpenAsync(HttpContext context, EngineIoRequest request, EngineIoServer server)
    {
        if (await server.Hooks.CheckAsync(context) is { } error)
            await RefuseAsync(context, request, error, server);
        else if (request.Revision is null)
            await RefuseAsync(context, request, EngineIoError.UnsupportedRevision, server);
        else if (server.IsStopping)
            await EngineIoError.WriteStoppingAsync(context.Response);
        else if (!context.RequestAborted.IsCancellationRequested)
            await OpenAsync(context, request.Revision, request.IsUpgrade, server);
    }

    private static Task OpenAsync(HttpContext context, Revision revision, bool isUpgrade, EngineIoServer server)
    {
        server.Hooks.AddHeaders(context, isInitial: true);
        return isUpgrade ? OpenWebSocketAsync(context, revision, server) : OpenPollingAsync(context, revision, server);
    }

    private static Task OpenPollingAsync(HttpContext context, Revision revision, EngineIoServer server)
    {
        var socket = server.Open(
            revision, Describe(context, server),
            socket => new PollingTransport(socket, server.Options, server.Time, EngineIoRequest.TakesBinary(context.Request)));
        if (server.Options.CookieName is { Length: > 0 } cookie)
            context.Response.Headers.Append("Set-Cookie", $"{cookie}={socket.Id}; Path=/; HttpOnly; SameSite=Lax");
        return ((PollingTransport)socket.Transport).PollAsync(context);
    }

    private static Task PollOrPostAsync(HttpContext context, PollingTransport polling)
    {
        if (HttpMethods.IsGet(context.Request.Method))
            return polling.PollAsync(context);
        if (HttpMethods.IsPost(context.Request.Method))
            return polling.PostAsync(context);
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = "GET, POST";
        return Task.CompletedTask;
    }

    private static async Task OpenWebSocketAsync(HttpContext context, Revision revision, EngineIoServer server)
    {
        var handshake = Describe(context, server);
        var connection = await AcceptAsync(context, server);
        await Task.Delay(TimeSpan.FromMilliseconds(server.Options.OpeningPause), server.Time);
        var socket = server.Open(revision, handshake, socket => new WebSocketTransport(socket, connection, server.Options, EngineIoRequest.TakesBinary(context.Request)));
        socket.Transport.Wake();
        await ((WebSocketTransport)socket.Transport).RunAsync();
    }

    /// <summary>A session that cannot take the candidate is left alone; the candidate is accepted and closed, as clients expect.</summary>
    private static async Task UpgradeAsync(HttpContext context, EngineIoSocket socket, EngineIoServer server)
    {
        var isTaken = socket.TryBeginUpgrade(out var polling);
        WebSocketConnection candidate;
        try
        {
            candidate = await AcceptAsync(context, server);
        }
        catch when (isTaken)
        {
            socket.AbandonUpgrade(polling!);
            throw;
        }
        if (isTaken)
            await new UpgradeHandshake(socket, polling!, candidate, server.Options, EngineIoRequest.TakesBinary(context.Request)).RunAsync(server.Time);
        else
            await candidate.DisposeAsync();
    }

    private static async Task<WebSocketConnection> AcceptAsync(HttpContext context, EngineIoServer server)
    {
        var isCompressible = server.Options.PerMessageDeflate && WebSocketHandshake.TryAgreeToDeflate(context);
        return new WebSocketConnection(await WebSocketHandshake.AcceptAsync(context), server.Options, server.Time, context.Abort, isCompressible);
    }

    private static HandshakeInfo Describe(HttpContext context, EngineIoServer server) =>
        EngineIoRequest.Describe(context, server.Time.GetUtcNow());
}
