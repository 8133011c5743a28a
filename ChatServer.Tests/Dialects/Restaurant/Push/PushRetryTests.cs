using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Restaurant.Push;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

/// <summary>What comes of each of Google's answers. Three attempts, pauses of 10 and 20 seconds.</summary>
public sealed class PushRetryTests
{
    private PushScene _scene = null!;
    private User _staff = null!;
    private User _customer = null!;
    private Conversation _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _scene = await PushScene.StartAsync(timeoutSeconds: 1);
        _customer = await _scene.AddAsync(Role.Customer, "lan", "a");
        _staff = await _scene.AddAsync(Role.Staff, "minh", "b", "c");
        _channel = await _scene.ChannelAsync(_customer);
    }

    [TearDown]
    public async Task Stop() => await _scene.DisposeAsync();

    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    public async Task A_passing_fault_is_tried_again_after_pauses_that_double(int status)
    {
        _scene.Google.Answer("a", status);
        _scene.Google.Answer("a", status, "<html>no JSON</html>");
        await _scene.SayAsync(_staff, _channel);
        await AfterAsync(9_999, requests: 1);
        await AfterAsync(1, requests: 2);
        await AfterAsync(19_999, requests: 2);
        await AfterAsync(1, requests: 3);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [TestCase("40")]
    [TestCase("Thu, 01 Jan 2026 10:00:40 GMT")]
    public async Task Google_is_left_alone_for_as_long_as_it_asks(string retryAfter)
    {
        _scene.Google.Answer("a", 429, FcmDouble.Error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), retryAfter);
        await _scene.SayAsync(_staff, _channel);
        await AfterAsync(39_000, requests: 1);
        await AfterAsync(1_000, requests: 2);
    }

    [TestCase("1", 9_999)]
    [TestCase("999999999", 3_599_999)]
    [TestCase("soon", 9_999)]
    [TestCase("-5", 9_999)]
    public async Task A_wait_that_is_absurd_is_drawn_into_bounds(string retryAfter, int milliseconds)
    {
        _scene.Google.Answer("a", 503, "", retryAfter);
        await _scene.SayAsync(_staff, _channel);
        await AfterAsync(milliseconds, requests: 1);
        await AfterAsync(1, requests: 2);
    }

    [Test]
    public async Task After_the_last_attempt_a_dead_letter_is_left_which_can_be_replayed()
    {
        for (var i = 0; i < _scene.Options.Attempts; i++)
            _scene.Google.Answer("a", 500, FcmDouble.Error(500, "INTERNAL", "INTERNAL"));
        await _scene.SayAsync(_staff, _channel);
        await AfterAsync(10_000, requests: 2);
        await AfterAsync(20_000, requests: 3);
        await AfterAsync(3_600_000, requests: 3);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 1)));
        Assert.That(await _scene.Store.ScalarAsync<string>("SELECT last_error FROM outbox"), Is.EqualTo("500 INTERNAL"));
        await _scene.Outbox.ReplayAsync(_scene.Topic.Name, default);
        await AfterAsync(0, requests: 4);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Whoever_was_told_is_not_told_again_when_another_device_has_to_be()
    {
        _scene.Google.Answer("b", 503);
        await _scene.SayAsync(_customer, _channel);
        Assert.That(_scene.Google.Devices, Is.EquivalentTo(new[] { "b", "c" }));
        await AfterAsync(10_000, requests: 3);
        Assert.That(_scene.Google.Devices[2], Is.EqualTo("b"));
    }

    [TestCase(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", null)]
    [TestCase(400, "INVALID_ARGUMENT", null, "message.data[0].value")]
    [TestCase(400, "INVALID_ARGUMENT", null, null)]
    [TestCase(404, "NOT_FOUND", null, null)]
    public async Task A_refusal_that_is_not_the_devices_doing_leaves_the_device_and_a_dead_letter(int status, string word, string? errorCode, string? field)
    {
        _scene.Google.Answer("a", status, FcmDouble.Error(status, word, errorCode, field));
        await _scene.SayAsync(_staff, _channel);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 1)));
        Assert.That(await _scene.TokensOfAsync(_customer), Is.EqualTo(new[] { "a" }));
    }

    [TestCase(404, "NOT_FOUND", "UNREGISTERED", null)]
    [TestCase(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", null)]
    [TestCase(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token")]
    public async Task A_token_that_google_calls_dead_or_invalid_costs_the_device_alone(int status, string word, string errorCode, string? field)
    {
        _scene.Google.Answer("a", status, FcmDouble.Error(status, word, errorCode, field));
        await _scene.SayAsync(_staff, _channel);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
        Assert.That(await _scene.TokensOfAsync(_customer), Is.Empty);
    }

    [Test]
    public async Task A_token_of_ours_that_is_refused_is_replaced_once_within_the_same_attempt()
    {
        await _scene.SayAsync(_staff, _channel);
        _scene.Google.RevokeAll();
        await _scene.SayAsync(_staff, _channel);
        Assert.That((_scene.Google.Issued, _scene.Google.Requests.Count), Is.EqualTo((2, 2)));
        _scene.Google.Answer("a", 401, FcmDouble.Error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"));
        _scene.Google.Answer("a", 401, FcmDouble.Error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"));
        await _scene.SayAsync(_staff, _channel);
        Assert.That(_scene.Google.Issued, Is.EqualTo(3));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 1)), "twice in a row is no matter of the token's age");
    }

    [Test]
    public async Task No_answer_is_tried_again()
    {
        _scene.Google.Answer("a", FcmDouble.HangAsync);
        await _scene.SayAsync(_staff, _channel);
        Assert.That(await _scene.Store.ScalarAsync<string>("SELECT last_error FROM outbox"), Is.EqualTo("no answer in time"));
        await AfterAsync(10_000, requests: 2);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task An_answer_that_is_too_long_is_not_read_and_tried_again()
    {
        _scene.Google.Answer("a", 500, new string('x', 100_000));
        await _scene.SayAsync(_staff, _channel);
        await AfterAsync(10_000, requests: 2);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        _scene.Google.Answer("a", http => { http.Response.Redirect("http://127.0.0.1:9/"); return Task.CompletedTask; });
        await _scene.SayAsync(_staff, _channel);
        Assert.That(await _scene.Store.ScalarAsync<string>("SELECT last_error FROM outbox"), Is.EqualTo("302"));
    }

    [Test]
    public void The_pause_doubles_up_to_its_bound()
    {
        var options = new PushOptions();
        Assert.That(
            Enumerable.Range(1, 9).Select(attempt => options.PauseAfter(attempt, null).TotalSeconds),
            Is.EqualTo(new[] { 10.0, 20, 40, 80, 160, 320, 600, 600, 600 }));
        Assert.That(options.PauseAfter(1_000_000, null).TotalSeconds, Is.EqualTo(600));
    }

    private async Task AfterAsync(int milliseconds, int requests)
    {
        _scene.Time.Advance(milliseconds);
        await _scene.Worker.DrainAsync(default);
        Assert.That(_scene.Google.Requests, Has.Count.EqualTo(requests));
    }
}
