using System.Threading.Channels;
using ChatServer.Chat;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>Writes notes to the outbox behind the back of whoever publishes: publishing never blocks and never fails.</summary>
internal sealed class WebhookNotes(IOutboxRepository outbox, WebhookTopic topic, TimeProvider time, ILogger<WebhookNotes> log) : BackgroundService
{
    /// <summary>Notes waiting to be written, some megabytes: what a store that is away for a while may cost.</summary>
    private const int Bound = 10_000;

    /// <summary>Notes written at once.</summary>
    private const int Batch = 500;

    /// <summary>Between two attempts at a store that is away.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<OutboxNote> _waiting = Channel.CreateBounded<OutboxNote>(Bound);

    /// <summary>Never blocks; where too many wait, it is lost and counted.</summary>
    public void Add(OutboxNote note)
    {
        if (!_waiting.Writer.TryWrite(note))
            WebhookMetrics.Unnoted.Add(1);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
                await WriteAsync(Take(), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was heard until now is written by a last attempt; sessions that end after it tell the process that follows.
            while (Take() is { Count: > 0 } rest && await TryWriteAsync(rest))
                continue;
        }
    }

    private List<OutboxNote> Take()
    {
        var taken = new List<OutboxNote>();
        while (taken.Count < Batch && _waiting.Reader.TryRead(out var note))
            taken.Add(note);
        return taken;
    }

    private async Task WriteAsync(List<OutboxNote> notes, CancellationToken cancellation)
    {
        while (!await TryWriteAsync(notes))
            await Task.Delay(Pause, time, cancellation);
    }

    /// <summary>False when the store is away.</summary>
    private async Task<bool> TryWriteAsync(List<OutboxNote> notes)
    {
        try
        {
            await outbox.NoteAsync(notes, CancellationToken.None);
            topic.Ring();
            return true;
        }
        catch (UnavailableException e)
        {
            log.WebhookStoreAway(e.Message);
            return false;
        }
        catch (Exception e)
        {
            // What the store will never take must not stand in the way of all that follows.
            log.WebhookNotesLost(e, notes.Count);
            return true;
        }
    }
}
