using ChatServer.Chat;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>Retries without a key: what was done is not done again where its client did not hear of it, and only there.</summary>
internal sealed class UnansweredCallTests
{
    private static readonly TypingRequest Request = new() { ThreadId = "t", UserId = "u" };

    private ManualTime _time = null!;
    private ScriptedService _service = null!;
    private GrpcHost _host = null!;
    private GrpcClient _client = null!;
    private TaskCompletionSource _entered = null!;
    private TaskCompletionSource<Result<PresenceData>> _gate = null!;
    private int _done;

    [SetUp]
    public Task StartAsync() => StartAsync(_time = new ManualTime());

    [TearDown]
    public async Task StopAsync()
    {
        _gate.TrySetResult(ChatError.Busy);
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Faults.Entries, Is.Empty);
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_call_whose_deadline_passed_is_answered_by_its_result_when_it_is_tried_again()
    {
        await MissDeadlineAsync(Request);
        Finish();
        Assert.That(await AskAsync(Request), Is.EqualTo((GrpcCode.Ok, 1)));
        Assert.That(_done, Is.EqualTo(1));
        Assert.That(await AskAsync(Request), Is.EqualTo((GrpcCode.Ok, 2)), "the answer is given once");
    }

    [Test]
    public async Task A_real_deadline_between_the_work_and_its_answer_is_no_reason_to_work_twice()
    {
        await StopAsync();
        await StartAsync(TimeProvider.System);
        var first = AskAsync(Request, timeout: "100m");
        await _entered.Task;
        Assert.That((await first).Code, Is.EqualTo(GrpcCode.DeadlineExceeded));
        var second = AskAsync(Request, timeout: "20S");
        Finish();
        Assert.That(await second, Is.EqualTo((GrpcCode.Ok, 1)));
        Assert.That(_done, Is.EqualTo(1));
    }

    [Test]
    public async Task A_retry_waits_for_the_call_that_it_repeats()
    {
        await MissDeadlineAsync(Request);
        var second = AskAsync(Request);
        await Eventually.GetAsync(() => Task.FromResult(_host.Door.Open), open => open == 1, "the retry has come");
        Assert.That(second.IsCompleted, Is.False);
        Finish();
        Assert.That(await second, Is.EqualTo((GrpcCode.Ok, 1)));
    }

    [Test]
    public async Task A_retry_that_is_not_answered_either_leaves_the_answer_for_the_next()
    {
        await MissDeadlineAsync(Request);
        var second = AskAsync(Request, timeout: "2S");
        await Eventually.GetAsync(() => Task.FromResult(_host.Door.Open), open => open == 1, "the retry has come");
        _time.Advance(2_000);
        Assert.That((await second).Code, Is.EqualTo(GrpcCode.DeadlineExceeded));
        Finish();
        Assert.That(await AskAsync(Request), Is.EqualTo((GrpcCode.Ok, 1)));
    }

    [Test]
    public async Task A_call_whose_client_has_gone_goes_on_to_its_end()
    {
        CancellationToken working = default;
        var inner = _service.OnChange;
        _service.OnChange = (request, call) =>
        {
            working = call.Cancellation;
            return inner(request, call);
        };
        using var patience = new CancellationTokenSource();
        var first = _client.SendAsync(ScriptedService.Change, GrpcClient.Frame(Request), patience.Token);
        await _entered.Task;
        await patience.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        await Eventually.GetAsync(() => Task.FromResult(_host.Door.Open), open => open == 0, "the call is over");
        Assert.That((working.IsCancellationRequested, _host.Unanswered.Turns), Is.EqualTo((false, 1)));
        Finish();
        Assert.That(await AskAsync(Request), Is.EqualTo((GrpcCode.Ok, 1)));
    }

    [Test]
    public async Task Calls_that_are_answered_are_as_many_as_there_were()
    {
        Finish();
        var both = await Task.WhenAll(AskAsync(Request), AskAsync(Request));
        Assert.That(both, Is.EquivalentTo(new[] { (GrpcCode.Ok, 1), (GrpcCode.Ok, 2) }));
        Assert.That(await AskAsync(Request), Is.EqualTo((GrpcCode.Ok, 3)));
        Assert.That(_host.Unanswered.Unheard.Count, Is.Zero);
    }

    [TestCase(899, 2)]
    [TestCase(900, 1)]
    [TestCase(999, 1)]
    public async Task An_answer_that_comes_shortly_before_the_deadline_may_not_have_been_heard(int milliseconds, int done)
    {
        var first = AskAsync(Request, timeout: "1S");
        await _entered.Task;
        _time.Advance(milliseconds);
        Finish();
        Assert.That(await first, Is.EqualTo((GrpcCode.Ok, 1)));
        await _host.NothingIsLeftAsync();
        Assert.That(await AskAsync(Request), Is.EqualTo((GrpcCode.Ok, done)));
    }

    [TestCase(59, 1)]
    [TestCase(60, 2)]
    public async Task An_answer_waits_for_a_minute(int seconds, int done)
    {
        await MissDeadlineAsync(Request);
        Finish();
        await _host.NothingIsLeftAsync();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.That(await AskAsync(Request), Is.EqualTo((GrpcCode.Ok, done)));
    }

    [Test]
    public async Task What_failed_is_tried_again()
    {
        await MissDeadlineAsync(Request);
        _gate.SetResult(ChatError.Busy);
        await _host.NothingIsLeftAsync();
        Assert.That((await AskAsync(Request)).Code, Is.EqualTo(GrpcCode.Unavailable));
        Assert.That(_done, Is.EqualTo(2));
    }

    [Test]
    public async Task Another_caller_another_key_and_other_words_are_other_calls()
    {
        await MissDeadlineAsync(Request, ("x-idempotency-key", "k1"));
        Finish();
        using var user = _host.Client(GrpcHost.UserToken("u"));
        Assert.That(await AskAsync(Request, user, ("x-idempotency-key", "k1")), Is.EqualTo((GrpcCode.Ok, 2)));
        Assert.That(await AskAsync(Request), Is.EqualTo((GrpcCode.Ok, 3)));
        Assert.That(await AskAsync(Request, _client, ("x-idempotency-key", "k2")), Is.EqualTo((GrpcCode.Ok, 4)));
        Assert.That(await AskAsync(new TypingRequest { ThreadId = "t" }, _client, ("x-idempotency-key", "k1")), Is.EqualTo((GrpcCode.Ok, 5)));
        using var newToken = _host.Client(Tokens.Sign(
            new Dictionary<string, object> { ["aud"] = "midimo_chat", ["service"] = "e_commerce" }, TimeSpan.FromHours(2)));
        Assert.That(await AskAsync(Request, newToken, ("x-idempotency-key", "k1"), ("x-request-id", "second")), Is.EqualTo((GrpcCode.Ok, 1)), "the same service with another token");
    }

    [Test]
    public async Task A_server_that_stops_waits_for_what_is_being_done()
    {
        await MissDeadlineAsync(Request);
        var stopping = _host.Unanswered.StopAsync(CancellationToken.None);
        Assert.That(stopping.IsCompleted, Is.False);
        Finish();
        await stopping;
        Assert.That(_host.Unanswered.Turns, Is.Zero);
    }

    private async Task StartAsync(TimeProvider time)
    {
        (_done, _entered, _gate) = (0, new TaskCompletionSource(), new TaskCompletionSource<Result<PresenceData>>(TaskCreationOptions.RunContinuationsAsynchronously));
        _service = new ScriptedService { OnChange = ChangeAsync };
        _host = await GrpcHost.StartAsync(_service, time);
        _client = _host.Client(GrpcHost.ServiceToken);
    }

    private async Task<Result<PresenceData>> ChangeAsync(TypingRequest request, MidimoCall call)
    {
        var done = Interlocked.Increment(ref _done);
        _entered.TrySetResult();
        return (await _gate.Task).Map(_ => new PresenceData { LastActiveAt = done });
    }

    private void Finish() => _gate.TrySetResult(new PresenceData());

    private async Task MissDeadlineAsync(TypingRequest request, params (string Name, string Value)[] metadata)
    {
        var call = AskAsync(request, _client, [("grpc-timeout", "1S"), .. metadata]);
        await _entered.Task;
        _time.Advance(1_000);
        Assert.That((await call).Code, Is.EqualTo(GrpcCode.DeadlineExceeded));
        await Eventually.GetAsync(() => Task.FromResult(_host.Door.Open), open => open == 0, "the call is over");
    }

    private Task<(GrpcCode Code, int Done)> AskAsync(TypingRequest request, string timeout = "") => AskAsync(request, _client, ("grpc-timeout", timeout));

    private static async Task<(GrpcCode Code, int Done)> AskAsync(TypingRequest request, GrpcClient client, params (string Name, string Value)[] metadata)
    {
        var reply = await client.SendAsync(ScriptedService.Change, GrpcClient.Frame(request), metadata: metadata);
        return (reply.Code ?? GrpcCode.Unknown, reply.Body.Length == 0 ? 0 : (int)PresenceData.Parser.ParseFrom(reply.Body[5..]).LastActiveAt);
    }
}
