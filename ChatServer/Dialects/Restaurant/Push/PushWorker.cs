using ChatServer.Chat;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>
/// Takes from the outbox what is to be pushed, when a message has just been shown and again and again, and sees to it. Whatever goes wrong
/// with one message concerns no other, and nothing here is waited for by whoever sends.
/// </summary>
internal sealed class PushWorker(
    PushTopic topic, IOutboxRepository outbox, Func<PushDelivery> delivery, PushOptions options, TimeProvider time, ILogger<PushWorker> log) : BackgroundService
{
    /// <summary>How long a message is this process's. A process that ends without a word delays its messages by so much.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Sending is cut off well before the lease ends, so that nobody else sends the same meanwhile.</summary>
    private static readonly TimeSpan Patience = Lease / 2;

    /// <summary>Everything that is due now, a batch at a time.</summary>
    internal async Task DrainAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && await outbox.TakeAsync(topic.Name, options.Concurrency, Lease, cancellation) is { Count: > 0 } batch)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            await Task.WhenAll(batch.Select(entry => TryDeliverAsync(entry, either.Token)));
        }
        PushMetrics.Note(await outbox.CountAsync(topic.Name, cancellation));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.IsOn)
            return;
        log.PushOn(options.CredentialsFile);
        await using var timer = time.CreateTimer(static topic => ((PushTopic)topic!).Ring(), topic, TimeSpan.Zero, TimeSpan.FromSeconds(options.PollSeconds));
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
            log.OutboxAway(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The next look tries again; a worker that died for good would take the whole server with it.
            log.RoundFailed(e);
        }
    }

    private async Task TryDeliverAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        try
        {
            await delivery().DeliverAsync(entry, cancellation);
        }
        catch (Exception e) when (e is UnavailableException || (e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            log.OutboxAway(e.Message);
        }
        catch (Exception e)
        {
            log.Faulted(e, entry.MessageId?.Value);
        }
    }
}
