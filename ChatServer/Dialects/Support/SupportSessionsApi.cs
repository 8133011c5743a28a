using ChatServer.Chat.Tickets;
using ChatServer.Dialects.Rest;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;
using static ChatServer.Dialects.Support.SupportApi;

namespace ChatServer.Dialects.Support;

/// <summary>Sessions: opened, listed, taken, and their status.</summary>
internal static class SupportSessionsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/sessions", CreateAsync).Produces<DataOut<SessionOut>>(201).Produces<DataOut<SessionOut>>().Takes<CreateSessionIn>()
            .WithSummary("Opens a session of the caller's own; 200 with the same one when Idempotency-Key was used before");
        api.MapGet("/sessions", ListAsync).Produces<DataOut<IReadOnlyList<SessionOut>>>()
            .WithSummary("For agents and admins: sessions that wait, and their own active ones; for customers: their own");
        api.MapGet("/sessions/my", MineAsync).Produces<DataOut<IReadOnlyList<SessionOut>>>()
            .WithSummary("Every session that the caller opened or took");
        api.MapGet("/sessions/{sessionId}", FindAsync).Produces<DataOut<SessionOut>>()
            .WithSummary("A session with its newest message and the caller's unread messages");
        api.MapPost("/sessions/{sessionId}/assign", AssignAsync).Produces<DataOut<SessionOut>>()
            .WithSummary("Takes a waiting session; of many, the first wins (agents, admins)");
        api.MapPatch("/sessions/{sessionId}/status", SetStatusAsync).Produces<DataOut<SessionOut>>().Takes<PatchStatusIn>()
            .WithSummary("Sets a session's status: waiting, active, resolved or closed (agents, admins)");
    }

    private static Task<IResult> CreateAsync(HttpContext http, TicketService sessions, SupportView view, CancellationToken cancellation) =>
        WithBodyAsync(http, SupportJson.Wire.CreateSessionIn, async body =>
        {
            if (!SupportWords.ReadOptionalId(body.TicketId, "ticket_id").TryGet(out var ticket, out var error) ||
                !SupportWords.ReadOptionalId(body.RestaurantId, "restaurant_id").TryGet(out var restaurant, out error))
                return Refuse(error);
            var key = MessageKey.Of(http.Request, body.TempId, null);
            var asked = new OpenTicket(body.Subject, body.Category, body.Priority, ticket, restaurant, body.InitialMessage, key);
            var opened = await sessions.OpenAsync(http.GetCaller(), asked, cancellation);
            var status = opened is { Error: null, Value.IsNew: true } ? StatusCodes.Status201Created : StatusCodes.Status200OK;
            return Of(opened, session => view.One(session.Detail), SupportJson.Wire.Session, status);
        });

    private static async Task<IResult> ListAsync(HttpContext http, TicketService sessions, SupportView view, CancellationToken cancellation) =>
        Ok(view.Many(await sessions.ListAsync(http.GetCaller(), cancellation)), SupportJson.Wire.Sessions);

    private static async Task<IResult> MineAsync(HttpContext http, TicketService sessions, SupportView view, CancellationToken cancellation) =>
        Ok(view.Many(await sessions.ListMineAsync(http.GetCaller(), cancellation)), SupportJson.Wire.Sessions);

    private static Task<IResult> FindAsync(HttpContext http, string sessionId, TicketService sessions, SupportView view, CancellationToken cancellation) =>
        WithSessionAsync(sessionId, async session => Of(await sessions.FindAsync(http.GetCaller(), session, cancellation), view.One, SupportJson.Wire.Session));

    private static Task<IResult> AssignAsync(HttpContext http, string sessionId, TicketDesk desk, SupportView view, CancellationToken cancellation) =>
        WithSessionAsync(sessionId, async session => Of(
            await desk.AcceptAsync(http.GetCaller(), session, cancellation), accepted => view.One(accepted.Detail), SupportJson.Wire.Session));

    private static Task<IResult> SetStatusAsync(HttpContext http, string sessionId, TicketDesk desk, SupportView view, CancellationToken cancellation) =>
        WithSessionAsync(sessionId, session => WithBodyAsync(http, SupportJson.Wire.PatchStatusIn, async body =>
            SupportWords.ReadStatus(body.Status).TryGet(out var status, out var error)
                ? Of(await desk.SetStatusAsync(http.GetCaller(), session, status, cancellation), changed => view.One(changed.Detail), SupportJson.Wire.Session)
                : Refuse(error)));
}
