using ChatServer.Chat;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Operations.Metrics;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>Streams from the server: what they bring, how they end, and that nothing is left of them.</summary>
internal sealed class GrpcStreamTests
{
    private static readonly TypingRequest Request = new() { ThreadId = "t", UserId = "u" };

    private readonly ManualTime _time = new();
    private ScriptedService _service = null!;
    private GrpcHost _host = null!;
    private GrpcClient _client = null!;
    private int _left;

    [SetUp]
    public async Task StartAsync()
    {
        _time.Advance(TimeProvider.System.GetUtcNow() - _time.GetUtcNow());
        (_service, _left) = (new ScriptedService { OnCount = TellOnceAsync }, 0);
        _host = await GrpcHost.StartAsync(_service, _time);
        _client = _host.Client(GrpcHost.ServiceToken);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Faults.Entries, Is.Empty);
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Messages_come_one_by_one_and_then_the_end()
    {
        _service.OnCount = async (_, stream, _) =>
        {
            for (var n = 1; n <= 2_000; n++)
                await stream.WriteAsync(new PresenceData { LastActiveAt = n, CustomStatus = new string('x', 1_000) });
            return null;
        };
        var seen = new List<long>();
        await foreach (var message in _client.StreamAsync<PresenceData>(ScriptedService.Count, Request))
            seen.Add(message.LastActiveAt);
        Assert.That(seen, Is.EqualTo(Enumerable.Range(1, 2_000)));
    }

    [Test]
    public async Task A_stream_may_bring_nothing_or_be_refused()
    {
        _service.OnCount = (_, _, _) => Task.FromResult<ChatError?>(null);
        var none = await _client.SendAsync(ScriptedService.Count, GrpcClient.Frame(Request));
        _service.OnCount = (_, _, _) => Task.FromResult<ChatError?>(ChatError.Forbidden("no"));
        var refused = await _client.SendAsync(ScriptedService.Count, GrpcClient.Frame(Request));
        Assert.That((none.Code, none.IsTrailersOnly, none.Body.Length), Is.EqualTo(((GrpcCode?)GrpcCode.Ok, false, 0)));
        Assert.That((refused.Code, refused.IsTrailersOnly), Is.EqualTo(((GrpcCode?)GrpcCode.PermissionDenied, true)));
    }

    [Test]
    public async Task A_stream_that_says_nothing_yet_stands()
    {
        var opened = new TaskCompletionSource();
        _service.OnCount = async (_, stream, call) =>
        {
            await stream.OpenAsync();
            opened.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation);
            return null;
        };
        var reply = _client.SendAsync(ScriptedService.Count, GrpcClient.Frame(Request), metadata: ("grpc-timeout", "20S"));
        await opened.Task;
        _time.Advance(20_000);
        Assert.That(((await reply).Code, (await reply).IsTrailersOnly), Is.EqualTo(((GrpcCode?)GrpcCode.DeadlineExceeded, false)));
    }

    [TestCase(GrpcCode.DeadlineExceeded)]
    [TestCase(GrpcCode.Unauthenticated)]
    [TestCase(GrpcCode.Unavailable)]
    public async Task A_stream_ends_with_its_deadline_its_token_or_the_server(GrpcCode code)
    {
        await using var stream = _client.StreamAsync<PresenceData>(
            ScriptedService.Count, Request, metadata: code is GrpcCode.DeadlineExceeded ? [("grpc-timeout", "30S")] : []).GetAsyncEnumerator();
        Assert.That(await stream.MoveNextAsync(), Is.True);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(_host.Door.Open, Is.EqualTo(1));
        var stop = code is GrpcCode.Unavailable ? _host.StopAsync() : Task.CompletedTask;
        if (code is not GrpcCode.Unavailable)
            _time.Advance(code is GrpcCode.Unauthenticated ? TimeSpan.FromHours(1.1) : TimeSpan.FromSeconds(1));
        Assert.That(async () => await stream.MoveNextAsync(), Throws.InstanceOf<GrpcFailure>().With.Property(nameof(GrpcFailure.Code)).EqualTo(code));
        await stop;
    }

    [Test]
    public async Task Of_a_thousand_streams_that_are_cancelled_nothing_is_left()
    {
        using var metrics = new MetricsCollector();
        using var cancelling = new CancellationTokenSource();
        var before = _time.Timers;
        var told = 0;
        var all = Enumerable.Range(0, 1_000).Select(async _ =>
        {
            await foreach (var message in _client.StreamAsync<PresenceData>(ScriptedService.Count, Request, cancelling.Token))
                Interlocked.Increment(ref told);
        }).ToList();
        await Eventually.GetAsync(() => Task.FromResult(Volatile.Read(ref told)), count => count == all.Count, "every stream has brought a message");
        Assert.That(_host.Door.Open, Is.EqualTo(1_000));
        Assert.That(metrics.Render(), Does.Contain("chatserver_grpc_open 1000").And.Contain("chatserver_grpc_streams 1000"));

        await cancelling.CancelAsync();
        foreach (var one in all)
            Assert.That(async () => await one, Throws.InstanceOf<OperationCanceledException>());
        await _host.NothingIsLeftAsync();
        Assert.That(Volatile.Read(ref _left), Is.EqualTo(1_000), "methods that have ended");
        Assert.That(_time.Timers, Is.EqualTo(before), "timers");
        Assert.That(metrics.Render(), Does.Contain("chatserver_grpc_open 0").And.Contain("chatserver_grpc_streams 0")
            .And.Contain("chatserver_grpc_calls_total{method=\"test.Scripted/Count\",status=\"CANCELLED\"} 1000"));
    }

    private async Task<ChatError?> TellOnceAsync(TypingRequest request, ChatServer.Dialects.Midimo.MidimoStream<PresenceData> stream, ChatServer.Dialects.Midimo.MidimoCall call)
    {
        try
        {
            await stream.WriteAsync(new PresenceData { LastActiveAt = 1 });
            await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation);
            return null;
        }
        finally
        {
            Interlocked.Increment(ref _left);
        }
    }
}
