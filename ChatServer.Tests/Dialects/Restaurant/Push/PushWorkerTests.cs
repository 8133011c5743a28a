using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects.Restaurant.Push;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

public sealed class PushWorkerTests
{
    private PushScene _scene = null!;
    private User _staff = null!;
    private Conversation _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _scene = await PushScene.StartAsync();
        _staff = await _scene.AddAsync(Role.Staff, "minh");
        _channel = await _scene.ChannelAsync(await _scene.AddAsync(Role.Customer, "lan", "a"));
    }

    [TearDown]
    public async Task Stop() => await _scene.DisposeAsync();

    [Test]
    public async Task What_a_process_took_and_did_not_live_to_push_is_pushed_after_its_lease()
    {
        await _scene.NoteAsync(_staff, _channel);
        Assert.That(await _scene.Outbox.TakeAsync(_scene.Topic.Name, 10, PushWorker.Lease, default), Has.Count.EqualTo(1), "and then the process is killed");
        _scene.Time.Advance(PushWorker.Lease - TimeSpan.FromMilliseconds(1));
        await _scene.Worker.DrainAsync(default);
        Assert.That(_scene.Google.Requests, Is.Empty);
        _scene.Time.Advance(1);
        await _scene.Worker.DrainAsync(default);
        Assert.That(_scene.Google.Devices, Is.EqualTo(new[] { "a" }));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Two_workers_push_a_hundred_messages_once_each()
    {
        for (var i = 0; i < 100; i++)
            await _scene.NoteAsync(_staff, _channel);
        using var other = _scene.MakeWorker(_scene.MakeDelivery());
        await Task.WhenAll(_scene.Worker.DrainAsync(default), other.DrainAsync(default));
        var ids = _scene.Google.Requests.Select(request => request.GetProperty("message").GetProperty("data").GetProperty("message_id").GetString());
        Assert.That(ids, Is.Unique);
        Assert.That(_scene.Google.Requests, Has.Count.EqualTo(100));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task No_more_requests_are_under_way_than_may_be()
    {
        var tokens = Enumerable.Range(0, 30).Select(i => $"t{i}").ToArray();
        foreach (var chunk in tokens.Chunk(15))
            await _scene.AddAsync(Role.Staff, $"staff {chunk[0]}", chunk);
        var (underWay, most, full) = (0, 0, new TaskCompletionSource());
        foreach (var token in tokens)
        {
            _scene.Google.Answer(token, async http =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref underWay));
                if (underWay == _scene.Options.Concurrency)
                    full.TrySetResult();
                await full.Task;
                Interlocked.Decrement(ref underWay);
                await FcmDouble.WriteAsync(http, 200, "{}");
            });
        }
        await _scene.SayAsync(_channel.Customer!, _channel);
        Assert.That((most, _scene.Google.Requests.Count), Is.EqualTo((_scene.Options.Concurrency, 30)));
    }

    [Test]
    public async Task A_fault_of_ours_is_logged_leaves_the_worker_running_and_ends_as_a_dead_letter()
    {
        var log = new ListLogger<PushWorker>();
        using var worker = new PushWorker(_scene.Topic, _scene.Outbox, _scene.MakeDelivery, _scene.Options, _scene.Time, log);
        await _scene.NoteAsync(_staff, _channel);
        await _scene.Store.ExecuteAsync("ALTER TABLE devices RENAME TO devices_elsewhere");
        for (var i = 0; i < _scene.Options.Attempts; i++)
        {
            await worker.DrainAsync(default);
            Assert.That(log.Entries.Count(entry => entry.Level is LogLevel.Error), Is.EqualTo(i + 1));
            _scene.Time.Advance(PushWorker.Lease);
        }
        await worker.DrainAsync(default);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_stop_cuts_sending_off_and_notes_what_was_reached()
    {
        await _scene.AddAsync(Role.Staff, "hoa", "slow", "quick");
        using var stop = new CancellationTokenSource();
        _scene.Google.Answer("slow", async http =>
        {
            await stop.CancelAsync();
            await FcmDouble.HangAsync(http);
        });
        _scene.Google.Answer("quick", http => FcmDouble.WriteAsync(http, 200, "{}"));
        await _scene.NoteAsync(_channel.Customer!, _channel);
        Assert.That(async () => await _scene.Worker.DrainAsync(stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await _scene.Store.ScalarAsync<string>("SELECT last_error FROM outbox"), Does.StartWith("cut off"));
        _scene.Time.Advance(10_000);
        await _scene.Worker.DrainAsync(default);
        Assert.That(_scene.Google.Devices, Does.Contain("quick"));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_store_that_comes_back_finds_the_worker_waiting()
    {
        await _scene.NoteAsync(_staff, _channel);
        await using var late = new Database(Options.Create(new DatabaseOptions()), NullLogger<Database>.Instance);
        var asked = new ListLogger<PushWorker>();
        using var worker = new PushWorker(_scene.Topic, new OutboxRepository(late, _scene.Time), _scene.MakeDelivery, _scene.Options, _scene.Time, asked);
        await worker.StartAsync(default);
        _scene.Topic.Ring();
        await Eventually.GetAsync(() => Task.FromResult(asked.Entries.Count), count => count >= 2, "the worker had found no store");
        late.Connect(_scene.Store.ConnectionString);
        _scene.Time.Advance(TimeSpan.FromSeconds(_scene.Options.PollSeconds));
        await Eventually.GetAsync(_scene.CountAsync, count => count == (0, 0), "the message was pushed");
        await worker.StopAsync(default);
        Assert.That(_scene.Google.Devices, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_fault_of_ours_in_the_outbox_does_not_end_the_worker()
    {
        await _scene.NoteAsync(_staff, _channel);
        await _scene.Store.ExecuteAsync("ALTER TABLE outbox RENAME TO outbox_elsewhere");
        var log = new ListLogger<PushWorker>();
        using var worker = new PushWorker(_scene.Topic, _scene.Outbox, _scene.MakeDelivery, _scene.Options, _scene.Time, log);
        await worker.StartAsync(default);
        _scene.Topic.Ring();
        await Eventually.GetAsync(() => Task.FromResult(log.Entries.Count), count => count >= 2, "the worker had met the fault");
        await _scene.Store.ExecuteAsync("ALTER TABLE outbox_elsewhere RENAME TO outbox");
        _scene.Topic.Ring();
        await Eventually.GetAsync(_scene.CountAsync, count => count == (0, 0), "the message was pushed");
        await worker.StopAsync(default);
        Assert.That(log.Entries[1].Level, Is.EqualTo(LogLevel.Error));
    }

    [Test]
    public async Task Switched_off_nothing_is_noted_and_nothing_runs()
    {
        var off = new PushOptions();
        var topic = new PushTopic(off);
        Assert.That(topic.Kinds, Is.Empty);
        using var worker = new PushWorker(topic, _scene.Outbox, () => throw new AssertionException("asked for"), off, _scene.Time, NullLogger<PushWorker>.Instance);
        await worker.StartAsync(default);
        Assert.That(async () => await worker.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20)), Throws.Nothing);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
