using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Dialects.Rest;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;

namespace ChatServer.Dialects.Consult;

/// <summary>Sessions: asked for, claimed, ended.</summary>
internal static class ConsultSessionsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/rooms/{id}/sessions", StartAsync).Produces<SessionOut>(201).Produces<SessionOut>().Takes<StartSessionIn>()
            .WithSummary("Asks for advice in one's own room; 200 with the session that is under way, if there is one");
        api.MapGet("/sessions/unassigned", UnassignedAsync).Produces<SessionOut[]>()
            .WithSummary("Sessions waiting to be claimed, the longest waiting first (staff, admins)");
        api.MapGet("/sessions/in-progress", InProgressAsync).Produces<SessionOut[]>()
            .WithSummary("Sessions under way: a staff member's own, all of them for an admin");
        api.MapGet("/sessions/my-sessions", MineAsync).Produces<SessionOut[]>()
            .WithSummary("Every session the caller asked for or claimed");
        api.MapGet("/sessions/current", CurrentAsync).Produces<SessionOut>()
            .WithSummary("The session the caller is in now, or null");
        api.MapGet("/sessions/{id}", FindAsync).Produces<SessionOut>()
            .WithSummary("One session");
        api.MapPost("/sessions/{id}/join", ClaimAsync).Produces<SessionOut>().Produces<NestErrorOut>(409)
            .WithSummary("Claims a session, and with it the room; of many, the first wins (staff, admins)");
        api.MapPost("/sessions/{id}/end", EndAsync).Produces<SessionOut>()
            .WithSummary("Ends a session; its room stays open (its holder, admins)");
    }

    private static Task<IResult> StartAsync(HttpContext http, string id, ConsultationService sessions, CancellationToken cancellation) =>
        WithIdAsync(id, room => WithBodyAsync(http, ConsultJson.Wire.StartSessionIn, async body =>
        {
            var started = await sessions.StartAsync(http.GetCaller(), new ConversationId(room), body.Title, cancellation);
            var status = started is { Error: null, Value.IsNew: true } ? StatusCodes.Status201Created : StatusCodes.Status200OK;
            return Of(started, session => SessionOut.From(session.Detail), ConsultJson.Wire.SessionOut, status);
        }));

    private static async Task<IResult> UnassignedAsync(HttpContext http, ConsultationService sessions, CancellationToken cancellation) =>
        Of(await sessions.ListUnassignedAsync(http.GetCaller(), cancellation), Many, ConsultJson.Wire.IReadOnlyListSessionOut);

    private static async Task<IResult> InProgressAsync(HttpContext http, ConsultationService sessions, CancellationToken cancellation) =>
        Of(await sessions.ListInProgressAsync(http.GetCaller(), cancellation), Many, ConsultJson.Wire.IReadOnlyListSessionOut);

    private static async Task<IResult> MineAsync(HttpContext http, ConsultationService sessions, CancellationToken cancellation) =>
        Ok(Many(await sessions.ListMineAsync(http.GetCaller(), cancellation)), ConsultJson.Wire.IReadOnlyListSessionOut);

    private static async Task<IResult> CurrentAsync(HttpContext http, ConsultationService sessions, CancellationToken cancellation) =>
        OkOrNull(SessionOut.FromNullable(await sessions.FindCurrentAsync(http.GetCaller(), cancellation)), ConsultJson.Wire.SessionOut);

    private static Task<IResult> FindAsync(HttpContext http, string id, ConsultationService sessions, CancellationToken cancellation) =>
        WithIdAsync(id, async session => Of(
            await sessions.FindAsync(http.GetCaller(), new ConsultationId(session), cancellation), SessionOut.From, ConsultJson.Wire.SessionOut));

    private static Task<IResult> ClaimAsync(HttpContext http, string id, ConsultationService sessions, CancellationToken cancellation) =>
        WithIdAsync(id, async session => Of(
            await sessions.ClaimAsync(http.GetCaller(), new ConsultationId(session), static _ => { }, cancellation),
            SessionOut.From, ConsultJson.Wire.SessionOut));

    private static Task<IResult> EndAsync(HttpContext http, string id, ConsultationService sessions, CancellationToken cancellation) =>
        WithIdAsync(id, async session => Of(
            await sessions.EndAsync(http.GetCaller(), new ConsultationId(session), cancellation), SessionOut.From, ConsultJson.Wire.SessionOut));

    private static IReadOnlyList<SessionOut> Many(IReadOnlyList<ConsultationDetail> sessions) => [.. sessions.Select(SessionOut.From)];
}
