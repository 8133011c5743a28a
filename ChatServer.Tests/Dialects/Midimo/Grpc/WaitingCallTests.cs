using ChatServer.Chat;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>How long work may take with its client and without, how much of it goes on without, and who is given what came of it.</summary>
internal sealed class WaitingCallTests
{
    private ManualTime _time = null!;
    private ScriptedService _service = null!;
    private GrpcHost _host = null!;
    private TaskCompletionSource _gate = null!;
    private int _begun;
    private int _givenUp;

    [SetUp]
    public Task StartAsync() => StartAsync(_ => { });

    [TearDown]
    public async Task StopAsync()
    {
        _gate.TrySetResult();
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Faults.Entries, Is.Empty);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Work_may_take_as_long_as_its_client_waits()
    {
        using var client = _host.Client(GrpcHost.ServiceToken);
        var call = AskAsync(client, "a", "30S");
        await BegunAsync(1);
        _time.Advance(29_000);
        _gate.SetResult();
        Assert.That(await call, Is.EqualTo(GrpcCode.Ok));
    }

    [Test]
    public async Task Work_that_takes_too_long_after_its_client_has_gone_is_given_up()
    {
        using var client = _host.Client(GrpcHost.ServiceToken);
        await MissDeadlineAsync(client, "a", "20S", 20_000);
        _time.Advance(9_999);
        Assert.That((_host.Unanswered.Turns, Volatile.Read(ref _givenUp)), Is.EqualTo((1, 0)));
        _time.Advance(1);
        await _host.NothingIsLeftAsync();
        Assert.That(_givenUp, Is.EqualTo(1));
    }

    [Test]
    public async Task What_came_of_a_call_is_not_given_to_a_token_that_may_only_read()
    {
        using var writer = _host.Client(GrpcHost.UserToken("u"));
        await MissDeadlineAsync(writer, "a", "1S", 1_000);
        _gate.SetResult();
        await _host.NothingIsLeftAsync();
        using var reader = _host.Client(Tokens.Sign(
            new Dictionary<string, object> { ["sub"] = "u", ["aud"] = "midimo_chat", ["scope"] = "chat.read" }, TimeSpan.FromHours(1)));

        Assert.That(await AskAsync(reader, "a", ""), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That((await AskAsync(writer, "a", ""), _begun), Is.EqualTo((GrpcCode.Ok, 1)), "it waits for who may have it");
    }

    [Test]
    public async Task What_came_of_a_call_is_not_given_to_a_user_who_is_deactivated()
    {
        using var client = _host.Client(GrpcHost.UserToken("u"));
        await MissDeadlineAsync(client, "a", "1S", 1_000);
        _gate.SetResult();
        await _host.NothingIsLeftAsync();
        _host.Users.Add("u", Role.Customer, active: false);

        Assert.That(await AskAsync(client, "a", ""), Is.EqualTo(GrpcCode.Unauthenticated));
        Assert.That((_begun, _host.Unanswered.Unheard.Count), Is.EqualTo((1, 1)));
    }

    [TestCase(2, 100, 2, TestName = "Beyond_a_callers_bound_work_is_cancelled_with_its_client")]
    [TestCase(100, 3, 3, TestName = "Beyond_the_bound_of_all_work_is_cancelled_with_its_client")]
    public async Task Beyond_its_bound_work_is_cancelled_with_its_client(int forEach, int inAll, int goOn)
    {
        await StopAsync();
        await StartAsync(options => (options.DetachedCallsPerCaller, options.DetachedCalls) = (forEach, inAll));
        using var client = _host.Client(GrpcHost.UserToken("u"));
        var calls = Enumerable.Range(0, 5).Select(n => AskAsync(client, $"{n}", "1S")).ToArray();
        await BegunAsync(5);
        _time.Advance(1_000);
        Assert.That(await Task.WhenAll(calls), Is.All.EqualTo(GrpcCode.DeadlineExceeded));
        await Eventually.GetAsync(() => Task.FromResult(_host.Door.Open), open => open == 0, "the calls are over");
        Assert.That((_host.Unanswered.Turns, _host.Unanswered.Detached, _givenUp), Is.EqualTo((goOn, goOn, 5 - goOn)));
        _gate.SetResult();
        await _host.NothingIsLeftAsync();
        Assert.That((_host.Unanswered.Unheard.Count, _host.Unanswered.Detached), Is.EqualTo((goOn, 0)));
    }

    [Test]
    public async Task Works_of_one_caller_leave_places_for_those_of_another()
    {
        await StopAsync();
        await StartAsync(options => options.DetachedCallsPerCaller = 1);
        using var one = _host.Client(GrpcHost.UserToken("one"));
        using var other = _host.Client(GrpcHost.UserToken("other"));
        await MissDeadlineAsync(one, "a", "1S", 1_000);
        await MissDeadlineAsync(other, "a", "1S", 1_000);
        Assert.That((_host.Unanswered.Detached, _givenUp), Is.EqualTo((2, 0)));
    }

    private async Task StartAsync(Action<MidimoOptions> configure)
    {
        (_time, _begun, _givenUp) = (new ManualTime(), 0, 0);
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _service = new ScriptedService { OnChange = ChangeAsync };
        _host = await GrpcHost.StartAsync(_service, _time, configure);
    }

    private async Task<Result<PresenceData>> ChangeAsync(TypingRequest request, MidimoCall call)
    {
        Interlocked.Increment(ref _begun);
        try
        {
            await _gate.Task.WaitAsync(call.Cancellation);
            return new PresenceData { UserId = "done" };
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _givenUp);
            throw;
        }
    }

    private async Task MissDeadlineAsync(GrpcClient client, string thread, string timeout, int milliseconds)
    {
        var before = _begun;
        var call = AskAsync(client, thread, timeout);
        await BegunAsync(before + 1);
        _time.Advance(milliseconds);
        Assert.That(await call, Is.EqualTo(GrpcCode.DeadlineExceeded));
        await Eventually.GetAsync(() => Task.FromResult(_host.Door.Open), open => open == 0, "the call is over");
    }

    private Task<int> BegunAsync(int works) => Eventually.GetAsync(() => Task.FromResult(Volatile.Read(ref _begun)), begun => begun == works, $"{works} works were begun");

    private static async Task<GrpcCode> AskAsync(GrpcClient client, string thread, string timeout) => (await client.SendAsync(
        ScriptedService.Change, GrpcClient.Frame(new TypingRequest { ThreadId = thread }), metadata: [("grpc-timeout", timeout)])).Code ?? GrpcCode.Unknown;
}
