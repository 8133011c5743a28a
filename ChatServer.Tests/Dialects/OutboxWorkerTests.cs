using System.Collections.Concurrent;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects;
using ChatServer.Tests.Data;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects;

/// <summary>What every worker of the outbox does, whomever it tells.</summary>
public sealed class OutboxWorkerTests : StoreTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    [Test]
    public async Task What_is_left_is_counted_once_a_period_however_often_it_rings()
    {
        var (time, topic) = (new ManualTime(), new OutboxTopic("test", ConversationKind.Channel));
        using var worker = new FailingWorker(topic, new OutboxRepository(Store.Database, time), time);
        await worker.StartAsync(default);
        await Eventually.GetAsync(() => Task.FromResult(time.Timers), timers => timers == 1, "it ran");
        time.Advance(TimeSpan.Zero);
        await CountedAsync(worker, 1);
        for (var said = 1; said <= 3; said++)
        {
            await SayAsync(topic);
            topic.Ring();
            await Eventually.GetAsync(() => Task.FromResult(worker.Tried), tried => tried == said, "it was tried");
        }
        Assert.That(worker.Counts, Has.Count.EqualTo(1), "the receiver is down, and no message has to wait for a count of all that wait");
        time.Advance(Every);
        await CountedAsync(worker, 2);
        await worker.StopAsync(default);
        Assert.That(worker.Counts, Is.EqualTo(new[] { new OutboxCount(0, 0), new OutboxCount(3, 0) }));
    }

    private static Task<int> CountedAsync(FailingWorker worker, int times) =>
        Eventually.GetAsync(() => Task.FromResult(worker.Counts.Count), count => count >= times, $"it had counted {times} times");

    private async Task SayAsync(OutboxTopic topic)
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var channel = await Store.Conversations.EnsureAsync(ConversationKind.Channel, customer.Id, default);
        await Store.Messages.AppendAsync(new NewMessage(Guid.CreateVersion7(), channel.Id, customer, "hello", null) { Topics = [topic] }, default);
        await Store.ExecuteAsync("UPDATE outbox SET due_at = @Past WHERE attempts = 0", new { Past = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero) });
    }

    /// <summary>Tells a receiver that is down for an hour.</summary>
    private sealed class FailingWorker(OutboxTopic topic, IOutboxRepository outbox, TimeProvider time) : OutboxWorker(topic, outbox, time)
    {
        private readonly IOutboxRepository _outbox = outbox;
        private readonly TimeProvider _time = time;
        private volatile int _tried;

        public int Tried => _tried;

        public ConcurrentQueue<OutboxCount> Counts { get; } = new();

        protected override TimeSpan? Period => Every;

        protected override int BatchSize => 10;

        protected override async Task DeliverAsync(IReadOnlyList<OutboxEntry> batch, CancellationToken cancellation)
        {
            foreach (var entry in batch)
                await _outbox.RetryAsync(entry, _time.GetUtcNow().AddHours(1), "down", cancellation);
            Interlocked.Add(ref _tried, batch.Count);
        }

        protected override void Introduce() => TestContext.Progress.WriteLine("A receiver that is down");

        protected override void Note(OutboxCount count) => Counts.Enqueue(count);

        protected override void NoteAway(string reason) => Assert.Fail(reason);

        protected override void NoteFault(Exception fault) => Assert.Fail(fault.ToString());
    }
}
