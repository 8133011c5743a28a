using ChatServer.Chat;
using ChatServer.Chat.Outbox;
using ChatServer.Identity;
using static ChatServer.Operations.AdminReply;

namespace ChatServer.Operations;

/// <summary>
/// <c>POST /admin/outbox/TOPIC/replay</c> on the operator's port: what was given up is tried again, when its cause is mended. 200 with how
/// many there were; 401, 403; 503 while the store is down.
/// </summary>
public sealed class OutboxEndpoint(IOutboxRepository outbox, TokenVerifiers verifiers, ILogger<OutboxEndpoint> log)
{
    public async Task<IResult> ReplayAsync(HttpContext context, string topic)
    {
        if (!AdminToken.TryAdmit(context.Request.Headers.Authorization, verifiers, log, out var name, out var status))
            return Unwelcome(context, status);
        try
        {
            var count = await outbox.ReplayAsync(topic, context.RequestAborted);
            log.Replayed(name, count);
            return Results.Json(new ReplayedOut(count), OperationsJson.Default.ReplayedOut);
        }
        catch (UnavailableException e)
        {
            log.StoreDown(e);
            return Refusal(StatusCodes.Status503ServiceUnavailable, e.Error.Message);
        }
    }
}
