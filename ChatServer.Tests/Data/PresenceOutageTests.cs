using ChatServer.Chat.Events;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Fanout;
using ChatServer.Tests.Fanout;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Data;

/// <summary>The worker that tells of presence, over a database that goes away in the middle and comes back.</summary>
public sealed class PresenceOutageTests : StoreTests
{
    [Test]
    public async Task Who_went_while_the_database_was_away_is_told_of_and_noted_when_it_is_back()
    {
        var scene = new FanoutScene { Presence = { GraceSeconds = 0 } };
        var user = await Store.AddUserAsync(Role.Customer);
        var watcher = scene.Session(await Store.AddUserAsync(Role.Staff), Room.PresenceOf(user.Id));
        await using var proxy = new PostgresProxy(Store.ConnectionString);
        await using var store = TestStore.Over(proxy.ConnectionString);
        using var worker = WorkerOver(store, scene);
        await worker.StartAsync(default);

        var session = scene.Session(user);
        scene.Lifecycle.Begin(session);
        await HeardAsync(watcher, 1);
        await proxy.GoAwayAsync();
        scene.Lifecycle.End(session);
        var left = scene.Time.GetUtcNow();
        for (var second = 0; second < 5; second++)
            scene.Time.Advance(1000);
        Assert.That(watcher.Heard, Has.Count.EqualTo(1));
        proxy.LetAllPass();
        await Eventually.GetAsync(() => { scene.Time.Advance(1000); return Task.FromResult(watcher.Heard.Count); }, heard => heard == 2, "the going was told");

        Assert.That(watcher.Heard, Is.EqualTo([$"{user.UserName} is ONLINE", $"{user.UserName} is OFFLINE"]));
        Assert.That(await LastActiveAsync(user), Is.EqualTo(left));
        await worker.StopAsync(default);
    }

    [Test]
    public async Task A_worker_that_is_stopped_notes_of_everybody_connected_that_they_were_there()
    {
        var scene = new FanoutScene();
        var users = await Store.AddUsersAsync(Role.Customer, 30);
        using var worker = WorkerOver(Store, scene);
        await worker.StartAsync(default);
        foreach (var user in users)
            scene.Lifecycle.Begin(scene.Session(user));
        scene.Time.Advance(60_000);

        await worker.StopAsync(default);

        foreach (var user in users)
            Assert.That(await LastActiveAsync(user), Is.EqualTo(scene.Time.GetUtcNow()));
    }

    private static PresenceWorker WorkerOver(TestStore store, FanoutScene scene) => new(
        new PresenceNews(
            new PresenceRepository(store.Database, scene.Time), scene.Connected, new UserLanes(), new PresenceRule(scene.Presence, scene.Time), scene.Adapter, scene.Presence, scene.Time),
        scene.Connected, scene.Time, NullLogger<PresenceWorker>.Instance);

    private static Task<int> HeardAsync(ListeningSession watcher, int count) =>
        Eventually.GetAsync(() => Task.FromResult(watcher.Heard.Count), heard => heard == count, $"{count} events were heard");

    private async Task<DateTimeOffset?> LastActiveAsync(User user) =>
        (await new PresenceRepository(Store.Database, TimeProvider.System).FindAsync([user.Id], null, default)).Single().LastActiveAt;
}
