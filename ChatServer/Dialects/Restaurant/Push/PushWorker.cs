using ChatServer.Chat;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>Pushes what was said to telephones. Whatever goes wrong with one message concerns no other.</summary>
internal sealed class PushWorker(
    PushTopic topic, IOutboxRepository outbox, Func<PushDelivery> delivery, PushOptions options, TimeProvider time, ILogger<PushWorker> log)
    : OutboxWorker(topic, outbox, time)
{
    protected override TimeSpan? Period => options.IsOn ? TimeSpan.FromSeconds(options.PollSeconds) : null;

    protected override int BatchSize => options.Concurrency;

    protected override Task DeliverAsync(IReadOnlyList<OutboxEntry> batch, CancellationToken cancellation) =>
        Task.WhenAll(batch.Select(entry => TryDeliverAsync(entry, cancellation)));

    protected override void Introduce() => log.PushOn(options.CredentialsFile);

    protected override void Note(OutboxCount count) => PushMetrics.Note(count);

    protected override void NoteAway(string reason) => log.OutboxAway(reason);

    protected override void NoteFault(Exception fault) => log.RoundFailed(fault);

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
