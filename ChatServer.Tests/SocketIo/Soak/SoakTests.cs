using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChatServer.EngineIo;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.SocketIo.Soak;

/// <summary>
/// Two thousand connections of every kind, coming and going for two minutes; nothing may be left of them. Not beside other tests: what is left
/// is counted for the whole process, and the two cores are busy.
/// </summary>
[NonParallelizable]
internal sealed class SoakTests
{
    private const int Visitors = 2_000;
    private const int Seed = 20_261_126;

    /// <summary>A fraction of what two cores can take, so that deadlines say something about the server and nothing about the machine.</summary>
    private const int LeastVisits = 10_000;

    private const double Tolerance = 1.2;

    /// <summary>Visitors stay for some of these, five seconds on average, which keeps one of two cores busy.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Churn = TimeSpan.FromMinutes(2);

    /// <summary>The longest deadline that anything left by a visitor can have, on a busy machine.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(90);

    private static readonly EngineIoOptions Engine = new()
    {
        PingInterval = 2_000,
        // Longer than a busy machine keeps a visitor from answering.
        PingTimeout = 30_000,
        UpgradeTimeout = 30_000,
        CloseTimeout = 1_000,
        PollingCloseTimeout = 2_000,
    };

    private static readonly SocketIoOptions Sockets = new() { MaxDisconnectionDuration = 3_000, AttachmentsTimeout = 5_000 };

    private readonly Dictionary<string, long> _gauges = [];
    private readonly RoomsNamespace _rooms = new();
    private SocketIoServer _sockets = null!;
    private WireServer _server = null!;
    private MeterListener _listener = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _listener = new MeterListener { InstrumentPublished = Listen };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        _listener.Start();
        _sockets = new SocketIoServer(new Dictionary<string, INamespaceHandler> { ["/"] = _rooms }, Sockets, TimeProvider.System, NullLogger<SocketIoServer>.Instance);
        _server = await WireServer.StartAsync(_sockets, Engine);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        _listener.Dispose();
    }

    [Test]
    public async Task Nothing_is_left_of_two_thousand_connections_that_churn_for_two_minutes()
    {
        await ChurnAsync(WarmUp, Seed);
        await NobodyIsLeftAsync();
        var before = Remains.Count();

        var visits = await ChurnAsync(Churn, Seed + Visitors);
        await NobodyIsLeftAsync();
        var after = await SettleAsync(remains => remains.Timers <= before.Timers && remains.Handles <= before.Handles);

        var account = $"{visits} visits, sockets left by {_rooms.Reasons}; before {before}, after {after}";
        TestContext.Out.WriteLine(account);
        Assert.That(visits, Is.GreaterThan(LeastVisits), "the machine was too slow for this to say anything");
        Assert.That(after.Timers, Is.LessThanOrEqualTo(before.Timers), account);
        Assert.That(after.Handles, Is.LessThanOrEqualTo(before.Handles), account);
        Assert.That(after.Managed, Is.LessThan(before.Managed * Tolerance), account);
        Assert.That(after.Resident, Is.LessThan(before.Resident * Tolerance), account);
    }

    private async Task<int> ChurnAsync(TimeSpan duration, int seed)
    {
        using var home = new CancellationTokenSource(duration);
        using var tick = new PeriodicTimer(Tick);
        var visitors = Enumerable.Range(0, Visitors).Select(n => new Visitor(_server.Port, seed + n, _rooms).ComeAndGoAsync(home.Token)).ToArray();
        while (!visitors.All(visitor => visitor.IsCompleted))
        {
            await tick.WaitForNextTickAsync(CancellationToken.None);
            _rooms.Tick();
            if (visitors.Any(visitor => visitor.IsFaulted))
                await home.CancelAsync();
        }
        var failures = visitors.Where(visitor => visitor.IsFaulted).Select(visitor => visitor.Exception!.InnerException!).ToList();
        Assert.That(failures, Is.Empty, $"{failures.Count} visits failed; sockets left by {_rooms.Reasons}; the first: {failures.FirstOrDefault()}");
        return (await Task.WhenAll(visitors)).Sum();
    }

    private async Task NobodyIsLeftAsync()
    {
        await EventuallyAsync(() => _server.Engine.Count == 0, () => $"{_server.Engine.Count} sessions");
        await EventuallyAsync(() => _sockets.Recoverable.Count == 0, () => $"{_sockets.Recoverable.Count} sockets with a private id");
        await EventuallyAsync(() => _rooms.Disconnected == _rooms.Connected, () => $"{_rooms.Connected} connected and {_rooms.Disconnected} disconnected");
        await EventuallyAsync(() => _rooms.Asking == 0, () => $"{_rooms.Asking} questions");
        await EventuallyAsync(() => ThreadPool.PendingWorkItemCount == 0, () => $"{ThreadPool.PendingWorkItemCount} items of work");
        await EventuallyAsync(IsForgotten, () => $"{_rooms.StillInMemory()} sessions and sockets in memory");
        Assert.That((_sockets.LingeringCount, _rooms.Present), Is.EqualTo((0, 0)));
        lock (_gauges)
            Assert.That(_gauges, Is.EqualTo(new Dictionary<string, long> { ["chatserver.engineio.sessions"] = 0, ["chatserver.socketio.sockets"] = 0 }));
    }

    /// <summary>Counts until it is as it should be, or time is out. Nothing of its own is set while it counts.</summary>
    private static async Task<Remains> SettleAsync(Func<Remains, bool> isSettled)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var remains = Remains.Count();
            if (isSettled(remains) || Stopwatch.GetElapsedTime(start) > Settling)
                return remains;
            using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private bool IsForgotten()
    {
        Remains.Count();
        return _rooms.StillInMemory() == 0;
    }

    private static async Task EventuallyAsync(Func<bool> holds, Func<string> what)
    {
        using var patience = new CancellationTokenSource(Settling);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!holds())
        {
            if (patience.IsCancellationRequested)
                Assert.Fail($"left behind: {what()}");
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument is UpDownCounter<long> && instrument.Meter.Name is "ChatServer")
            listener.EnableMeasurementEvents(instrument);
    }

    private void Add(string name, long value)
    {
        lock (_gauges)
            _gauges[name] = _gauges.GetValueOrDefault(name) + value;
    }
}
