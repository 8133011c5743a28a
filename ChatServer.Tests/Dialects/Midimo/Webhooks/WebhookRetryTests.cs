using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>What comes of each of the receiver's answers. Pauses of 5, 10, 20 … seconds, and up to a quarter more.</summary>
public sealed class WebhookRetryTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private WebhookScene _scene = null!;

    [SetUp]
    public async Task Start()
    {
        _scene = await WebhookScene.StartAsync();
        await _scene.NoteManyAsync(1);
    }

    [TearDown]
    public async Task Stop() => await _scene.DisposeAsync();

    [TestCase(301)]
    [TestCase(400)]
    [TestCase(401)]
    [TestCase(404)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    public async Task What_is_not_taken_is_tried_again_under_its_id_after_pauses_that_double(int status)
    {
        _scene.Receiver.Answer(status);
        _scene.Receiver.Answer(status);
        await _scene.DrainAsync();
        await AfterAsync(4_999, deliveries: 1);
        await AfterAsync(1_252, deliveries: 2);
        await AfterAsync(9_999, deliveries: 2);
        await AfterAsync(2_502, deliveries: 3);
        Assert.That(_scene.Receiver.Ids.Distinct(), Has.Exactly(1).Items);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
        Assert.That(_scene.Log.Entries.Select(entry => entry.Text), Has.All.Contain($"answered {status}"));
    }

    [TestCase(200)]
    [TestCase(202)]
    [TestCase(299)]
    public async Task Every_status_of_success_is_the_end_of_it(int status)
    {
        _scene.Receiver.Answer(status);
        await _scene.DrainAsync();
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_receiver_that_is_gone_gets_nothing_more_and_its_event_is_a_dead_letter_at_once()
    {
        _scene.Receiver.Answer(410);
        await _scene.DrainAsync();
        await AfterAsync(Day, deliveries: 1);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 1)));
        Assert.That(await _scene.Outbox.ReplayAsync(_scene.Topic.Name, default), Is.EqualTo(1));
        await _scene.DrainAsync();
        Assert.That(_scene.Receiver.Ids.Distinct(), Has.Exactly(1).Items, "a replay keeps the id");
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [TestCase("40", 40_000)]
    [TestCase("Thu, 01 Jan 2026 10:00:40 GMT", 40_000)]
    [TestCase("999999999", 3_600_000)]
    [TestCase("1", 5_000)]
    [TestCase("-5", 5_000)]
    [TestCase("soon", 5_000)]
    public async Task Retry_after_is_honoured_within_bounds(string retryAfter, int milliseconds)
    {
        _scene.Receiver.Answer(503, ("Retry-After", retryAfter));
        await _scene.DrainAsync();
        await AfterAsync(milliseconds - 1, deliveries: 1);
        await AfterAsync((milliseconds / 4) + 2, deliveries: 2);
    }

    [Test]
    public async Task A_redirect_is_not_followed_wherever_it_leads()
    {
        await using var inside = await Receiver.StartAsync();
        foreach (var target in new[] { inside.Url.ToString(), "http://169.254.169.254/latest/meta-data/" })
            _scene.Receiver.Answer(307, ("Location", target));
        await _scene.DrainAsync();
        await AfterAsync(7_000, deliveries: 2);
        Assert.That(inside.Deliveries, Is.Empty);
        Assert.That(await _scene.LastErrorAsync(), Is.EqualTo("answered 307"));
    }

    [Test]
    public async Task A_receiver_that_says_nothing_is_given_up_for_this_time()
    {
        _scene.Receiver.Answer(Receiver.HangAsync);
        await _scene.DrainAsync();
        Assert.That(await _scene.LastErrorAsync(), Is.EqualTo("no answer in time"));
        await AfterAsync(7_000, deliveries: 2);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_receiver_that_is_down_for_a_day_costs_a_dead_letter_and_a_replay_brings_it()
    {
        var isUp = false;
        _scene.Receiver.Always = http =>
        {
            http.Response.StatusCode = isUp ? 204 : 500;
            return Task.CompletedTask;
        };
        await _scene.DrainAsync();
        while ((await _scene.CountAsync()).Waiting > 0 && _scene.Receiver.Deliveries.Count < 100)
            await _scene.AfterAsync(TimeSpan.FromMinutes(5));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 1)));
        Assert.That(_scene.Receiver.Deliveries, Has.Count.InRange(25, 40));
        Assert.That(_scene.Time.GetUtcNow() - await FirstAsync(), Is.InRange(Day, Day + TimeSpan.FromMinutes(5)), "neither sooner nor later");
        Assert.That(_scene.Log.Entries.Single(entry => entry.Level is LogLevel.Error).Text, Does.Contain("is given up").And.Contain("answered 500"));
        Assert.That(_scene.Log.Entries.Select(entry => entry.Text), Has.None.Contain("message 0"), "what was said is nobody's to log");
        isUp = true;
        await _scene.Outbox.ReplayAsync(_scene.Topic.Name, default);
        await _scene.DrainAsync();
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task What_was_replayed_has_its_day_again()
    {
        _scene.Receiver.Answer(410);
        await _scene.DrainAsync();
        _scene.Time.Advance(Day * 3);
        await _scene.Outbox.ReplayAsync(_scene.Topic.Name, default);
        _scene.Receiver.Answer(500);
        await _scene.DrainAsync();
        Assert.That(await _scene.CountAsync(), Is.EqualTo((1, 0)));
        await AfterAsync(7_000, deliveries: 3);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_fault_of_ours_is_a_failure_like_another()
    {
        await _scene.Store.ExecuteAsync("ALTER TABLE attachments RENAME TO attachments_elsewhere");
        await _scene.DrainAsync();
        Assert.That(await _scene.LastErrorAsync(), Is.EqualTo("a fault of ours"));
        await _scene.Store.ExecuteAsync("ALTER TABLE attachments_elsewhere RENAME TO attachments");
        await AfterAsync(7_000, deliveries: 1);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    private Task<DateTimeOffset> FirstAsync() => _scene.Store.ScalarAsync<DateTime>("SELECT created_at FROM outbox").ContinueWith(
        created => new DateTimeOffset(created.Result), TaskScheduler.Default);

    private Task AfterAsync(int milliseconds, int deliveries) => AfterAsync(TimeSpan.FromMilliseconds(milliseconds), deliveries);

    private async Task AfterAsync(TimeSpan time, int deliveries)
    {
        await _scene.AfterAsync(time);
        Assert.That(_scene.Receiver.Deliveries, Has.Count.EqualTo(deliveries));
    }
}
