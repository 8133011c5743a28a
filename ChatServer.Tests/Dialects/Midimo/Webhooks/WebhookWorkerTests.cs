using ChatServer.Chat.Outbox;
using ChatServer.Dialects.Midimo.Webhooks;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>Who takes what, in which order, and what a process that ends leaves behind.</summary>
public sealed class WebhookWorkerTests
{
    private WebhookScene _scene = null!;

    [SetUp]
    public async Task Start() => _scene = await WebhookScene.StartAsync();

    [TearDown]
    public async Task Stop() => await _scene.DisposeAsync();

    [Test]
    public async Task What_a_process_took_and_did_not_live_to_deliver_is_delivered_after_its_lease()
    {
        await _scene.NoteManyAsync(1);
        Assert.That(await _scene.Outbox.TakeAsync(_scene.Topic.Name, 10, WebhookWorker.Lease, default), Has.Count.EqualTo(1), "and then the process is killed");
        await _scene.AfterAsync(WebhookWorker.Lease - TimeSpan.FromMilliseconds(1));
        Assert.That(_scene.Receiver.Deliveries, Is.Empty);
        await _scene.AfterAsync(TimeSpan.FromMilliseconds(1));
        Assert.That(_scene.Receiver.Deliveries, Has.Count.EqualTo(1));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task One_conversation_is_told_in_its_order_and_others_beside_it()
    {
        await using var scene = await WebhookScene.StartAsync(options => options.TimeoutSeconds = 30);
        var (first, second) = (await scene.NoteManyAsync(30), await scene.NoteManyAsync(30));
        var (underWay, both) = (0, new TaskCompletionSource());
        for (var i = 0; i < 2; i++)
        {
            scene.Receiver.Answer(_ =>
            {
                if (Interlocked.Increment(ref underWay) == 2)
                    both.SetResult();
                return both.Task;
            });
        }
        await scene.DrainAsync();
        Assert.That(scene.Log.Entries, Is.Empty, "nothing failed, so that the first of each were under way at once");
        foreach (var channel in new[] { first.Channel, second.Channel })
        {
            var seqs = scene.Receiver.Deliveries.Where(one => one.Data.GetProperty("conversation_id").GetInt64() == channel.Id.Value).Select(one => one.Data.GetProperty("seq").GetInt32());
            Assert.That(seqs, Is.EqualTo(Enumerable.Range(2, 30)));
        }
    }

    [Test]
    public async Task What_comes_after_a_failure_in_its_conversation_waits_with_it_and_others_do_not()
    {
        var (_, failing) = await _scene.NoteManyAsync(3);
        _scene.Receiver.Answer(500);
        await _scene.DrainAsync();
        Assert.That(_scene.Receiver.Deliveries, Has.Count.EqualTo(1), "the receiver is not asked about the others meanwhile");
        await _scene.NoteManyAsync(2);
        await _scene.DrainAsync();
        Assert.That(_scene.Receiver.Deliveries.Skip(1).Select(one => one.Data.GetProperty("conversation_id").GetInt64()), Has.Exactly(2).Items.And.None.EqualTo(failing.Id.Value));
        await _scene.AfterAsync(TimeSpan.FromSeconds(7));
        Assert.That(_scene.Receiver.Deliveries.Skip(3).Select(one => one.Data.GetProperty("seq").GetInt64()), Is.EqualTo(new[] { 2, 3, 4 }));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task No_more_deliveries_are_under_way_than_may_be()
    {
        for (var i = 0; i < 20; i++)
            await _scene.NoteManyAsync(1);
        var (underWay, most, full) = (0, 0, new TaskCompletionSource());
        _scene.Receiver.Always = async http =>
        {
            most = Math.Max(most, Interlocked.Increment(ref underWay));
            if (underWay == _scene.Options.Concurrency)
                full.TrySetResult();
            await full.Task;
            Interlocked.Decrement(ref underWay);
            http.Response.StatusCode = 204;
        };
        await _scene.DrainAsync();
        Assert.That((most, _scene.Receiver.Deliveries.Count), Is.EqualTo((_scene.Options.Concurrency, 20)));
    }

    [Test]
    public async Task Two_workers_deliver_a_hundred_events_once_each()
    {
        for (var i = 0; i < 20; i++)
            await _scene.NoteManyAsync(5);
        using var other = _scene.MakeWorker();
        await Task.WhenAll(_scene.DrainAsync(), other.DrainAsync(default));
        Assert.That(_scene.Receiver.Ids, Is.Unique.And.Exactly(100).Items);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_stop_cuts_a_delivery_off_and_leaves_everything_due_at_once()
    {
        await _scene.NoteManyAsync(3);
        using var stop = new CancellationTokenSource();
        _scene.Receiver.Answer(async http =>
        {
            await stop.CancelAsync();
            await Receiver.HangAsync(http);
        });
        Assert.That(async () => await _scene.Worker.DrainAsync(stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await _scene.LastErrorAsync(), Is.EqualTo("cut off"));
        await _scene.DrainAsync();
        Assert.That(_scene.Receiver.Deliveries.Skip(1).Select(one => one.Data.GetProperty("seq").GetInt64()), Is.EqualTo(new[] { 2, 3, 4 }));
    }

    [Test]
    public async Task It_runs_by_itself_and_survives_a_store_that_is_away()
    {
        await _scene.Store.ExecuteAsync("ALTER TABLE outbox RENAME TO outbox_elsewhere");
        var log = new ListLogger<WebhookWorker>();
        using var worker = new WebhookWorker(_scene.Topic, _scene.Outbox, () => throw new AssertionException("nothing is due"), _scene.Options, _scene.Time, log);
        await worker.StartAsync(default);
        _scene.Topic.Ring();
        await Eventually.GetAsync(() => Task.FromResult(log.Entries.Count), count => count >= 2, "the worker had met the fault");
        Assert.That(log.Entries[0].Text, Does.Contain("127.0.0.1").And.Not.Contain("from=chat"), "what stands behind the host may be secret");
        await _scene.Store.ExecuteAsync("ALTER TABLE outbox_elsewhere RENAME TO outbox");
        await worker.StopAsync(default);
        await _scene.NoteManyAsync(1);
        using var other = _scene.MakeWorker();
        await other.StartAsync(default);
        _scene.Topic.Ring();
        await Eventually.GetAsync(_scene.CountAsync, count => count == (0, 0), "it was delivered");
        await other.StopAsync(default);
    }

    [Test]
    public async Task Switched_off_nothing_is_noted_and_nothing_runs()
    {
        var off = new WebhookOptions();
        Assert.That(new WebhookTopic(off).Kinds, Is.Empty);
        using var worker = new WebhookWorker(new WebhookTopic(off), _scene.Outbox, () => throw new AssertionException("asked for"), off, _scene.Time, NullLogger<WebhookWorker>.Instance);
        await worker.StartAsync(default);
        Assert.That(async () => await worker.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20)), Throws.Nothing);
    }

    [Test]
    public async Task Only_what_was_asked_for_is_noted()
    {
        await using var scene = await WebhookScene.StartAsync(options => options.Events = "conversation.created");
        var (customer, channel) = await scene.AddChannelAsync();
        await scene.NoteAsync(customer, channel);
        await scene.NoteAsync(customer, channel);
        await scene.DrainAsync();
        Assert.That(scene.Receiver.Deliveries.Select(one => one.Type), Is.EqualTo(new[] { "conversation.created" }));
        Assert.That(scene.Topic.Events, Is.EqualTo(new[] { OutboxEvent.ConversationStarted }));
    }
}
