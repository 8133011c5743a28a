using ChatServer.Chat;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects;

/// <summary>
/// Takes from the outbox what is to be told outside, when it was just noted and again and again, and sees to it. Nothing here is waited for by
/// whoever sends.
/// </summary>
internal abstract class OutboxWorker(OutboxTopic topic, IOutboxRepository outbox, TimeProvider time) : BackgroundService
{
    /// <summary>How long an entry is this process's. A process that ends without a word delays its entries by so much.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Sending is cut off well before the lease ends, so that nobody else sends the same meanwhile.</summary>
    private static readonly TimeSpan Patience = Lease / 2;

    /// <summary>Whether what is left is to be counted: once a period, because a count reads all that waits, however often it rings meanwhile.</summary>
    private volatile bool _isCountDue = true;

    /// <summary>Between two looks for what is due again, or was left by a process that ended; null: switched off.</summary>
    protected abstract TimeSpan? Period { get; }

    /// <summary>Entries taken at once.</summary>
    protected abstract int BatchSize { get; }

    /// <summary>Everything that is due now, a batch at a time.</summary>
    internal async Task DrainAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && await outbox.TakeAsync(topic.Name, BatchSize, Lease, cancellation) is { Count: > 0 } batch)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            await DeliverAsync(batch, either.Token);
        }
        if (!_isCountDue)
            return;
        _isCountDue = false;
        Note(await outbox.CountAsync(topic.Name, cancellation));
    }

    /// <summary>Sees to entries until each is settled or the time is up; whatever goes wrong with one concerns no other.</summary>
    protected abstract Task DeliverAsync(IReadOnlyList<OutboxEntry> batch, CancellationToken cancellation);

    /// <summary>Says in the log what is told to whom.</summary>
    protected abstract void Introduce();

    protected abstract void Note(OutboxCount count);

    /// <summary>The store is away, and has said so in the log; the next look comes by itself.</summary>
    protected abstract void NoteAway(string reason);

    protected abstract void NoteFault(Exception fault);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Period is not { } period)
            return;
        Introduce();
        await using var timer = time.CreateTimer(static worker => ((OutboxWorker)worker!).Tick(), this, TimeSpan.Zero, period);
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

    private void Tick()
    {
        _isCountDue = true;
        topic.Ring();
    }

    private async Task TryDrainAsync(CancellationToken cancellation)
    {
        try
        {
            await DrainAsync(cancellation);
        }
        catch (UnavailableException e)
        {
            NoteAway(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The next look tries again; a worker that died for good would take the whole server with it.
            NoteFault(e);
        }
    }
}
