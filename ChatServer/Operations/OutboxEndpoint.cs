using ChatServer.Chat;
using ChatServer.Chat.Outbox;
using ChatServer.Identity;
using static ChatServer.Operations.AdminReply;

namespace ChatServer.Operations;

/// <summary>
/// What was given up, on the operator's port. Each answers 401 and 403 as admin endpoints do, and 503 while the store is down:
/// <code>
/// GET  /admin/outbox/TOPIC/dead        the newest dead letters, 100 or ?limit= up to 1000, without anything they tell
/// POST /admin/outbox/TOPIC/replay      tries all of them again, when their cause is mended; how many there were
/// POST /admin/outbox/TOPIC/ID/replay   tries one of them again; 404 when there is none
/// </code>
/// </summary>
public sealed class OutboxEndpoint(IOutboxRepository outbox, TokenVerifiers verifiers, ILogger<OutboxEndpoint> log)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public Task<IResult> ReplayAsync(HttpContext context, string topic) => AnswerAsync(context, async name =>
    {
        var count = await outbox.ReplayAsync(topic, context.RequestAborted);
        log.Replayed(name, count);
        return Results.Json(new ReplayedOut(count), OperationsJson.Default.ReplayedOut);
    });

    public Task<IResult> ReplayOneAsync(HttpContext context, string topic, long id) => AnswerAsync(context, async name =>
    {
        if (!await outbox.ReplayAsync(topic, new OutboxEntryId(id), context.RequestAborted))
            return Refusal(StatusCodes.Status404NotFound, "There is no such dead letter");
        log.Replayed(name, 1);
        return Results.Json(new ReplayedOut(1), OperationsJson.Default.ReplayedOut);
    });

    public Task<IResult> ListDeadAsync(HttpContext context, string topic, int? limit) => AnswerAsync(context, async _ =>
    {
        var dead = await outbox.ListDeadAsync(topic, Math.Clamp(limit ?? DefaultLimit, 1, MaxLimit), context.RequestAborted);
        return Results.Json(new DeadLettersOut([.. dead.Select(DeadLetterOut.From)]), OperationsJson.Default.DeadLettersOut);
    });

    private async Task<IResult> AnswerAsync(HttpContext context, Func<string, Task<IResult>> answer)
    {
        if (!AdminToken.TryAdmit(context.Request.Headers.Authorization, verifiers, log, out var name, out var status))
            return Unwelcome(context, status);
        try
        {
            return await answer(name);
        }
        catch (UnavailableException e)
        {
            log.StoreDown(e);
            return Refusal(StatusCodes.Status503ServiceUnavailable, e.Error.Message);
        }
    }
}
