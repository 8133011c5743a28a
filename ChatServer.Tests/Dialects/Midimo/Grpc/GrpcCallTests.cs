using ChatServer.Chat;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>Unary calls and streams to the server: what is told of them, and how they end.</summary>
internal sealed class GrpcCallTests
{
    private static readonly TypingRequest Request = new() { ThreadId = "t", UserId = "u" };

    private ManualTime _time = null!;
    private ScriptedService _service = null!;
    private GrpcHost _host = null!;
    private GrpcClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        (_time, _service) = (new ManualTime(), new ScriptedService());
        _host = await GrpcHost.StartAsync(_service, _time);
        _client = _host.Client(GrpcHost.ServiceToken);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _host.NothingIsLeftAsync();
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [TestCase("order-42/A.b_c:1+2=@", true)]
    [TestCase("", false)]
    [TestCase("two words", false)]
    [TestCase("a\tb", false)]
    [TestCase("LONG", false)]
    public async Task The_clients_request_id_comes_back_where_it_can_be_shown_and_another_where_not(string id, bool isKept)
    {
        id = id.Replace("LONG", new string('x', 129), StringComparison.Ordinal);
        var good = await _client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(Request), metadata: ("x-request-id", id));
        var bad = await _client.SendAsync("no/method", GrpcClient.Frame(Request), metadata: ("x-request-id", id));
        Assert.That((good.IsTrailersOnly, bad.IsTrailersOnly), Is.EqualTo((false, true)));
        foreach (var reply in (GrpcReply[])[good, bad])
            Assert.That(reply.RequestId, isKept ? Is.EqualTo(id) : Does.Match("^[0-9a-f]{32}$"));
    }

    [Test]
    public async Task A_call_is_logged_with_its_id_its_status_and_how_long_it_took()
    {
        _service.OnAsk = (_, _) =>
        {
            _time.Advance(120);
            return Task.FromResult<Result<PresenceData>>(new ChatError(ErrorCode.NotFound, "gone"));
        };
        await _client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(Request), metadata: ("x-request-id", "r-1"));
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Calls.Entries.Select(entry => (entry.Level, entry.Text)), Is.EqualTo(new[] { (LogLevel.Information, "test.Scripted/Ask r-1: NOT_FOUND after 120.0 ms") }));
    }

    [Test]
    public void Every_failure_of_the_core_has_a_status() => Assert.That(MidimoErrors.Table.Keys, Is.EquivalentTo(Enum.GetValues<ErrorCode>()));

    [Test]
    public void A_status_is_named_as_the_protocol_does() =>
        Assert.That(new GrpcStatus(GrpcCode.DeadlineExceeded).Name + " " + GrpcStatus.Ok.Name, Is.EqualTo("DEADLINE_EXCEEDED OK"));

    [Test]
    public async Task A_fault_of_ours_is_logged_and_told_without_details()
    {
        _service.OnAsk = (_, _) => throw new InvalidOperationException("secret");
        _service.OnChange = _service.OnAsk;
        foreach (var method in (string[])[ScriptedService.Ask, ScriptedService.Change])
        {
            var reply = await _client.SendAsync(method, GrpcClient.Frame(Request));
            Assert.That((reply.Code, reply.Detail, reply.IsTrailersOnly), Is.EqualTo(((GrpcCode?)GrpcCode.Internal, "Internal server error", true)));
        }
        Assert.That(_host.Faults.Entries.Select(entry => (entry.Level, entry.Exception?.Message)), Is.EqualTo(new[] { (LogLevel.Error, "secret"), (LogLevel.Error, "secret") }));
    }

    [Test]
    public async Task A_store_that_is_away_is_unavailable_and_no_fault()
    {
        _service.OnAsk = (_, _) => throw new UnavailableException(ChatError.DbUnavailable);
        Assert.That((await _client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(Request))).Code, Is.EqualTo(GrpcCode.Unavailable));
        Assert.That(_host.Faults.Entries, Is.Empty);
    }

    [TestCase("3S", 3_000)]
    [TestCase("250m", 250)]
    [TestCase("", 10_000)]
    public async Task A_call_ends_at_its_deadline_which_is_ours_where_it_has_none(string timeout, int milliseconds)
    {
        var entered = new TaskCompletionSource();
        _service.OnAsk = async (_, call) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation);
            return new PresenceData();
        };
        var reply = _client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(Request), metadata: ("grpc-timeout", timeout));
        await entered.Task;
        _time.Advance(milliseconds - 1);
        Assert.That(_host.Door.Open, Is.EqualTo(1));
        _time.Advance(1);
        Assert.That((await reply).Code, Is.EqualTo(GrpcCode.DeadlineExceeded));
    }

    [Test]
    public async Task A_call_is_cancelled_with_its_client()
    {
        var (entered, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        _service.OnAsk = async (_, call) =>
        {
            using var watch = call.Cancellation.Register(cancelled.SetResult);
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation);
            return new PresenceData();
        };
        using var patience = new CancellationTokenSource();
        var reply = _client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(Request), patience.Token);
        await entered.Task;
        await patience.CancelAsync();
        Assert.That(async () => await reply, Throws.InstanceOf<OperationCanceledException>());
        await cancelled.Task;
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Calls.Entries.Single().Text, Does.Contain("CANCELLED"));
    }

    [Test]
    public async Task A_body_that_never_ends_is_given_up_at_the_deadline()
    {
        using var body = new TricklingContent(GrpcClient.Frame(Request)[..7]);
        var reply = _client.SendAsync(ScriptedService.Ask, body);
        await body.Sent;
        await Eventually.GetAsync(() => Task.FromResult(_host.Door.Open), open => open == 1, "the call is open");
        _time.Advance(10_000);
        Assert.That((await reply).Code, Is.EqualTo(GrpcCode.DeadlineExceeded));
        Assert.That(_service.Asked, Is.Empty);
        body.Stop();
    }

    [Test]
    public async Task A_stream_to_the_server_is_read_in_order_and_answered_once()
    {
        var seen = new List<string>();
        _service.OnGather = async (requests, _) =>
        {
            await foreach (var request in requests)
                seen.Add(request.ThreadId);
            return new PresenceData { LastActiveAt = seen.Count };
        };
        var answer = await _client.UploadAsync<PresenceData>(ScriptedService.Gather, Enumerable.Range(0, 500).Select(n => new TypingRequest { ThreadId = $"{n}" }));
        Assert.That(answer.LastActiveAt, Is.EqualTo(500));
        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 500).Select(n => $"{n}")));
    }

    [Test]
    public async Task A_stream_to_the_server_ends_at_what_is_no_message()
    {
        var reply = await _client.SendAsync(ScriptedService.Gather, [.. GrpcClient.Frame(Request), .. GrpcClient.Frame([0xff]), .. GrpcClient.Frame(Request)]);
        Assert.That((reply.Code, reply.IsTrailersOnly), Is.EqualTo(((GrpcCode?)GrpcCode.Internal, true)));
        Assert.That(_host.Faults.Entries, Is.Empty);
    }

    [Test]
    public async Task A_token_is_asked_for_before_anything_is_read()
    {
        using var stranger = _host.Client();
        foreach (var method in (string[])[ScriptedService.Ask, ScriptedService.Change, ScriptedService.Count, ScriptedService.Gather])
            Assert.That((await stranger.SendAsync(method, [0, 255])).Code, Is.EqualTo(GrpcCode.Unauthenticated));
        Assert.That(_service.Asked, Is.Empty);
    }
}
