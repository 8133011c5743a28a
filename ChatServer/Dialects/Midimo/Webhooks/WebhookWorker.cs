using ChatServer.Chat;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>Tells the receiver what happened: conversations beside each other, what happened in one of them in its order.</summary>
internal sealed class WebhookWorker(
    WebhookTopic topic, IOutboxRepository outbox, Func<WebhookDelivery> delivery, WebhookOptions options, TimeProvider time, ILogger<WebhookWorker> log)
    : OutboxWorker(topic, outbox, time)
{
    /// <summary>Entries taken at once for each delivery that may be under way: enough that a busy conversation is one line and not many batches.</summary>
    private const int Share = 8;

    protected override TimeSpan? Period => options.IsOn ? TimeSpan.FromSeconds(options.PollSeconds) : null;

    protected override int BatchSize => options.Concurrency * Share;

    // Not cancelled itself: what was not begun is put back by its delivery.
    protected override Task DeliverAsync(IReadOnlyList<OutboxEntry> batch, CancellationToken cancellation) => Parallel.ForEachAsync(
        batch.GroupBy(entry => (entry.ConversationId, entry.ConversationId is null ? entry.UserId : null)),
        new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency },
        async (line, _) => await TryDeliverAsync(line, cancellation));

    protected override void Introduce() => log.WebhooksOn(new Uri(options.Url).Authority, options.Events);

    protected override void Note(OutboxCount count) => WebhookMetrics.Note(count);

    protected override void NoteAway(string reason) => log.WebhookStoreAway(reason);

    protected override void NoteFault(Exception fault) => log.WebhookRoundFailed(fault);

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
