using ChatServer.Chat.Events;
using ChatServer.Chat.Presence;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Streams;

/// <summary>The ways in which a stream ends, and that nothing is left of it.</summary>
internal sealed class StreamEndTests
{
    private const string Presence = $"{PresenceRpc.Service}/SubscribePresence";
    private const string Notifications = $"{NotificationRpc.Service}/SubscribeNotifications";

    private StreamHost _host = null!;

    [SetUp]
    public async Task StartAsync() => _host = await StreamHost.StartAsync(options => (options.MaxStreams, options.StreamsPerUser, options.StreamMessages) = (2000, 1000, 16));

    [TearDown]
    public async Task StopAsync()
    {
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Faults.Entries, Is.Empty);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_thousand_streams_that_are_cancelled_leave_nothing()
    {
        var clients = Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? _host.Client() : _host.Client($"user_{i}")).ToArray();
        var streams = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            if (i % 4 == 3)
                return (IAsyncDisposable)BeginNotifications(clients[i % clients.Length], i);
            var stream = StreamHost.Open<PresenceUpdate>(clients[i % clients.Length], Presence, new SubscribePresenceRequest { UserId = i % 2 == 0 ? $"agent_{i % 50}" : "", TargetUserIds = { $"agent_{i % 50}", "agent_1" } });
            await stream.NextAsync();
            return stream;
        }));
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<MidimoStreams>().Open), open => open == 1000, "all streams were open");
        Assert.That(_host.Adapter.RoomCount, Is.GreaterThan(10));

        await Task.WhenAll(streams.Select(stream => stream.DisposeAsync().AsTask()));

        await _host.NothingIsLeftAsync();
        _host.Time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<ConnectedUsers>().Count), count => count == 0, "nobody was remembered as connected");
    }

    [Test]
    public async Task A_service_that_listens_for_a_user_does_not_make_the_user_present_and_the_user_does()
    {
        var lan = await _host.AddUserAsync("lan");
        await using var watch = StreamHost.Open<PresenceUpdate>(_host.Service, Presence, new SubscribePresenceRequest { UserId = "lan", TargetUserIds = { "lan" } });
        Assert.That((await watch.NextAsync()).Presence.Status, Is.EqualTo("OFFLINE"));

        await using (var own = StreamHost.Open<PresenceUpdate>(_host.Client("lan"), Presence, new SubscribePresenceRequest { TargetUserIds = { "lan" } }))
        {
            Assert.That((await own.NextAsync()).Presence.Status, Is.EqualTo("ONLINE"));
            Assert.That((await watch.NextAsync()).Presence.Status, Is.EqualTo("ONLINE"));
        }
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<MidimoStreams>().Open), open => open == 1, "the user's stream was over");
        _host.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.That((await watch.NextAsync()).Presence.Status, Is.EqualTo("OFFLINE"));
        Assert.That(lan.Active, Is.True);
    }

    [Test]
    public async Task A_stream_that_is_not_read_is_ended_and_holds_up_nobody()
    {
        var lan = await _host.AddUserAsync("lan");
        await using var slow = BeginNotifications(_host.Client("lan"), 0);
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<MidimoStreams>().Open), open => open == 1, "the stream was open");
        var large = new ChatServer.Chat.Notifications.Notification(Guid.NewGuid(), 1, lan, "title", new string('x', 10_000), "", new Dictionary<string, string>(), _host.Time.GetUtcNow(), null);
        var seq = 0L;
        await Eventually.GetAsync(
            () =>
            {
                for (var i = 0; i < 100; i++)
                    _host.Adapter.Publish(new NotificationSent(large with { Seq = ++seq }));
                return Task.FromResult(_host.Get<MidimoStreams>().Open);
            },
            open => open == 0, "the stream was ended");

        Assert.That(await slow.EndAsync(), Is.EqualTo(GrpcCode.ResourceExhausted));
    }

    [Test]
    public async Task A_stream_ends_with_its_token()
    {
        await using var stream = BeginNotifications(_host.Client("lan"), 0);
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<MidimoStreams>().Open), open => open == 1, "the stream was open");

        _host.Time.Advance(TimeSpan.FromMinutes(61));

        Assert.That(await stream.EndAsync(), Is.EqualTo(GrpcCode.Unauthenticated));
    }

    [Test]
    public async Task A_stream_ends_when_its_user_is_deactivated()
    {
        var lan = await _host.AddUserAsync("lan");
        await using var stream = BeginNotifications(_host.Client("lan"), 0);
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<MidimoStreams>().Open), open => open == 1, "the stream was open");

        await _host.Store.ExecuteAsync("UPDATE users SET active = false WHERE id = @Id", new { Id = lan.Id.Value });
        _host.Time.Advance(TimeSpan.FromSeconds(15));

        Assert.That(await stream.EndAsync(), Is.EqualTo(GrpcCode.Unauthenticated));
    }

    [Test]
    public async Task A_server_that_stops_ends_its_streams_and_says_so()
    {
        await using var presence = StreamHost.Open<PresenceUpdate>(_host.Service, Presence, new SubscribePresenceRequest { TargetUserIds = { "lan" } });
        await presence.NextAsync();
        await using var notifications = BeginNotifications(_host.Service, 2);
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<MidimoStreams>().Open), open => open == 2, "the streams were open");
        var ends = Task.WhenAll(presence.EndAsync(), notifications.EndAsync());

        await _host.StopAsync();

        Assert.That(await ends, Is.All.EqualTo(GrpcCode.Unavailable));
    }

    [Test]
    public async Task Beyond_the_bound_a_stream_is_refused_and_takes_no_place()
    {
        await using var host = await StreamHost.StartAsync(options => options.MaxStreams = 1);
        await using var first = StreamHost.Open<PresenceUpdate>(host.Service, Presence, new SubscribePresenceRequest { TargetUserIds = { "lan" } });
        await first.NextAsync();

        await using var second = StreamHost.Open<PresenceUpdate>(host.Service, Presence, new SubscribePresenceRequest { TargetUserIds = { "lan" } });
        Assert.That(await second.EndAsync(), Is.EqualTo(GrpcCode.ResourceExhausted));
        await first.DisposeAsync();
        await host.NothingIsLeftAsync();
        await using var third = StreamHost.Open<PresenceUpdate>(host.Service, Presence, new SubscribePresenceRequest { TargetUserIds = { "lan" } });
        Assert.That((await third.NextAsync()).UpdateType, Is.EqualTo("INITIAL"));
    }

    [Test]
    public async Task A_user_with_too_many_streams_is_refused_one_more_and_others_are_not()
    {
        await using var host = await StreamHost.StartAsync(options => options.StreamsPerUser = 1);
        var request = new SubscribePresenceRequest { TargetUserIds = { "lan" } };
        await using var first = StreamHost.Open<PresenceUpdate>(host.Client("lan"), Presence, request);
        await first.NextAsync();

        await using var second = StreamHost.Open<PresenceUpdate>(host.Client("lan"), Presence, request);
        Assert.That(await second.EndAsync(), Is.EqualTo(GrpcCode.ResourceExhausted));
        await using var anothers = StreamHost.Open<PresenceUpdate>(host.Client("minh"), Presence, request);
        Assert.That((await anothers.NextAsync()).UpdateType, Is.EqualTo("INITIAL"));
        await using var service = StreamHost.Open<PresenceUpdate>(host.Service, Presence, request);
        await using var services = StreamHost.Open<PresenceUpdate>(host.Service, Presence, request);
        Assert.That(new[] { await service.NextAsync(), await services.NextAsync() }.Select(told => told.UpdateType), Is.All.EqualTo("INITIAL"), "a service has no such bound");
        await first.DisposeAsync();
        await Eventually.GetAsync(() => Task.FromResult(host.Get<MidimoStreams>().Open), open => open == 3, "the user's stream was over");
        await using var third = StreamHost.Open<PresenceUpdate>(host.Client("lan"), Presence, request);
        Assert.That((await third.NextAsync()).UpdateType, Is.EqualTo("INITIAL"));
    }

    private static StreamReader<Notification> BeginNotifications(GrpcClient client, int number)
    {
        var stream = StreamHost.Open<Notification>(
            client, Notifications, new SubscribeNotificationsRequest { UserId = number % 2 == 0 && number > 0 ? $"agent_{number % 50}" : "" });
        stream.Begin();
        return stream;
    }
}
