using ChatServer.Chat;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>
/// The opening handshake of <c>/ws?token=</c> (contracts S2-16). Whoever is not let in is refused by HTTP before anything is accepted, in the words of REST,
/// which browsers do not show to their pages.
/// </summary>
internal sealed class MidimoWebEndpoint(
    MidimoWebEvents events, MidimoWebDoor door, MidimoWebSockets sockets, MidimoTokens tokens, CrossOriginPolicy origins, MidimoWebOptions options, TimeProvider time,
    ILogger<MidimoWebEndpoint> logger)
{
    private readonly Dialect _dialect = new(MidimoTokens.ClaimMap.Scope, events);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/ws", OpenAsync).ExcludeFromDescription();

    private async Task OpenAsync(HttpContext http)
    {
        if (!MessageSocket.IsRequested(http.Request))
        {
            http.Response.Headers.Upgrade = "websocket";
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }
        var admitted = await AdmitAsync(http);
        if (admitted.TryGet(out var user, out var error))
            await GuardAsync(http, user.Token, user.Caller);
        else
        {
            logger.WebSocketRefused(error.Message);
            await MidimoWebErrors.Instance.WriteAsync(http, error);
        }
    }

    private async Task<Result<(MidimoToken Token, Caller Caller)>> AdmitAsync(HttpContext http)
    {
        if (sockets.IsFull)
            return ChatError.Busy;
        if (await origins.CheckAsync(http) is not null)
            return ChatError.Forbidden("Pages of this origin may not connect");
        if (!tokens.TryRead(http.Request.Query["token"].FirstOrDefault() ?? Identity.BearerToken.From(http.Request.Headers.Authorization), out var token))
            return ChatError.Unauthorized;
        if (token.IsService)
            return MidimoWebErrors.UsersOnly;
        using var deadline = Deadline.Start(time, http.RequestAborted);
        return (await Deadline.GuardAsync(async () => await tokens.ActAsAsync(token, "", Right.Read, deadline.Token), fault => logger.WebSocketFailed(fault)))
            .Map(caller => (token, caller));
    }

    /// <summary>Whatever becomes of a socket that is accepted, its listener goes on; a connection that is gone is no fault.</summary>
    private async Task GuardAsync(HttpContext http, MidimoToken token, Caller caller)
    {
        await Deadline.GuardAsync<bool>(async () =>
        {
            await using var socket = await MessageSocket.AcceptAsync(http, options.Limits, time);
            await door.RunAsync(new MidimoWebSession(_dialect, caller, token, socket));
            return true;
        }, fault => logger.WebSocketFailed(fault));
    }
}
