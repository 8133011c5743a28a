using ChatServer.Chat;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>
/// Takes from the outbox what the receiver is to be told, when it has just happened and again and again, and sees to it. Nothing here is
/// waited for by whoever sends.
/// </summary>
internal sealed class WebhookWorker(
    WebhookTopic topic, IOutboxRepository outbox, Func<WebhookDelivery> delivery, WebhookOptions options, TimeProvider time, ILogger<WebhookWorker> log) : BackgroundService
{
    /// <summary>How long an entry is this process's. A process that ends without a word delays its events by so much.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Sending is cut off well before the lease ends, so that nobody else sends the same meanwhile.</summary>
    private static readonly TimeSpan Patience = Lease / 2;

    /// <summary>Entries taken at once for each delivery that may be under way: enough that a busy conversation is one line and not many batches.</summary>
    private const int Share = 8;

    /// <summary>Everything that is due now, a batch at a time: conversations beside each other, what happened in one of them in its order.</summary>
    internal async Task DrainAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && await outbox.TakeAsync(topic.Name, options.Concurrency * Share, Lease, cancellation) is { Count: > 0 } batch)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            // Not cancelled itself: what was not begun is put back by its delivery.
            await Parallel.ForEachAsync(
                batch.GroupBy(entry => (entry.ConversationId, entry.ConversationId is null ? entry.UserId : null)),
                new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency },
                async (line, _) => await TryDeliverAsync(line, either.Token));
        }
        WebhookMetrics.Note(await outbox.CountAsync(topic.Name, cancellation));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.IsOn)
            return;
        log.WebhooksOn(new Uri(options.Url).Authority, options.Events);
        await using var timer = time.CreateTimer(static topic => ((WebhookTopic)topic!).Ring(), topic, TimeSpan.Zero, TimeSpan.FromSeconds(options.PollSeconds));
        try
        {
            while (true)
            {
                await topic.WaitAsync(stoppingToken);
                await TryDrainAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Where a start failed elsewhere the host expects no end of this, and would report the cancellation as a crash.
            return;
        }
    }

    private async Task TryDrainAsync(CancellationToken cancellation)
    {
        try
        {
            await DrainAsync(cancellation);
        }
        catch (UnavailableException e)
        {
            // The database has said so in the log; the next look comes by itself.
            log.WebhookStoreAway(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The next look tries again; a worker that died for good would take the whole server with it.
            log.WebhookRoundFailed(e);
        }
    }

    private async Task TryDeliverAsync(IEnumerable<OutboxEntry> line, CancellationToken cancellation)
    {
        try
        {
            await delivery().DeliverInOrderAsync(line, cancellation);
        }
        catch (UnavailableException e)
        {
            // Its lease brings back what was not settled.
            log.WebhookStoreAway(e.Message);
        }
    }
}
