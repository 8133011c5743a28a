using ChatServer.Chat;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>One entry of the outbox, to the receiver and back: told, to be told again, or given up.</summary>
internal sealed class WebhookDelivery(
    IOutboxRepository outbox, WebhookBody body, WebhookClient client, WebhookOptions options, TimeProvider time, ILogger<WebhookDelivery> log)
{
    /// <summary>Delivers what happened in one conversation, in its order, until one thing fails; what comes after that waits with it.</summary>
    /// <param name="line">The entries, oldest first.</param>
    /// <param name="cancellation">Cuts sending off; what came of it until then is noted all the same.</param>
    public async Task DeliverInOrderAsync(IEnumerable<OutboxEntry> line, CancellationToken cancellation)
    {
        DateTimeOffset? due = null;
        foreach (var entry in line)
        {
            if (due is { } later)
                await outbox.RetryAsync(entry, later, "waits for what was before it", CancellationToken.None);
            else
                due = await DeliverAsync(entry, cancellation);
        }
    }

    /// <summary>When it is to be tried again; null when there is no need to.</summary>
    private async Task<DateTimeOffset?> DeliverAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return await RetryAsync(entry, time.GetUtcNow(), "cut off before its turn");
        var answer = entry.ExpiresAt <= time.GetUtcNow() ? new WebhookAnswer(WebhookVerdict.Delivered, "") : await TellAsync(entry, cancellation);
        if (answer.Verdict is WebhookVerdict.Failed && entry.Since + GiveUp > time.GetUtcNow())
            return await RetryAsync(entry, DueAfter(entry, answer, cancellation), answer.Reason);
        if (answer.Verdict is WebhookVerdict.Delivered)
            await outbox.DoneAsync(entry, CancellationToken.None);
        else
            await BuryAsync(entry, answer.Reason);
        return null;
    }

    /// <summary>A fault of ours counts as a failure, so that what can never be told ends as a dead letter.</summary>
    private async Task<WebhookAnswer> TellAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        try
        {
            if (await body.MakeAsync(entry, cancellation) is not { } made)
                return new WebhookAnswer(WebhookVerdict.Delivered, "");
            var answer = await client.SendAsync(made, WebhookEvents.Names[entry.Event], WebhookBody.IdOf(entry), cancellation);
            WebhookMetrics.Count(answer.Verdict);
            return answer;
        }
        catch (OperationCanceledException)
        {
            return new WebhookAnswer(WebhookVerdict.Failed, "cut off");
        }
        catch (Exception e) when (e is not UnavailableException)
        {
            log.WebhookFaulted(e, entry.Id.Value);
            return new WebhookAnswer(WebhookVerdict.Failed, "a fault of ours");
        }
    }

    private TimeSpan GiveUp => TimeSpan.FromHours(options.GiveUpHours);

    /// <summary>The last attempt is made when the time is over, and not long before.</summary>
    private DateTimeOffset DueAfter(OutboxEntry entry, WebhookAnswer answer, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (cancellation.IsCancellationRequested)
            return now;
        var due = now + options.PauseAfter(entry.Attempts, answer.RetryAfter, Random.Shared.NextDouble());
        return due < entry.Since + GiveUp ? due : entry.Since + GiveUp;
    }

    private async Task<DateTimeOffset?> RetryAsync(OutboxEntry entry, DateTimeOffset due, string reason)
    {
        log.WebhookTriedAgain(entry.Id.Value, entry.Attempts, (due - time.GetUtcNow()).TotalSeconds, reason);
        await outbox.RetryAsync(entry, due, reason, CancellationToken.None);
        return due;
    }

    private Task BuryAsync(OutboxEntry entry, string reason)
    {
        WebhookMetrics.Dead.Add(1);
        log.WebhookGivenUp(entry.Id.Value, entry.Attempts, reason);
        return outbox.BuryAsync(entry, reason, CancellationToken.None);
    }
}
