using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;
using ChatServer.Tests.Fanout;

namespace ChatServer.Tests.Chat.Presence;

/// <summary>What the coming and going of sessions makes of presence.</summary>
public sealed class ConnectionTests
{
    private PresenceScene _presence = null!;
    private FanoutScene _scene = null!;
    private User _user = null!;
    private ListeningSession _watcher = null!;

    [SetUp]
    public void SetUp()
    {
        _presence = new PresenceScene();
        _scene = _presence.Scene;
        _user = _scene.Store.AddUser(Role.Customer, "lan");
        _watcher = _presence.Watch(_user);
    }

    [TearDown]
    public void TearDown() => _presence.Dispose();

    [Test]
    public async Task The_first_session_is_told_and_the_last_one_after_the_grace()
    {
        var (phone, laptop) = (_presence.Connect(_user), _presence.Connect(_user));
        await _presence.PassAsync(0);
        Assert.That(_watcher.Heard, Is.EqualTo(["lan is ONLINE"]));
        _scene.Lifecycle.End(phone);
        await _presence.PassAsync(100);
        Assert.That(_watcher.Heard, Has.Count.EqualTo(1), "the other session is there");

        _scene.Lifecycle.End(laptop);
        await _presence.PassAsync(9);
        Assert.That(_watcher.Heard, Has.Count.EqualTo(1));
        Assert.That((await _presence.StandsAsync(_user)).Status, Is.EqualTo(PresenceStatus.Online));
        await _presence.PassAsync(1);

        Assert.That(_watcher.Heard, Is.EqualTo(["lan is ONLINE", "lan is OFFLINE"]));
        Assert.That((await _presence.StandsAsync(_user)).Status, Is.EqualTo(PresenceStatus.Offline));
        Assert.That(_scene.Connected.Count, Is.Zero, "nothing is remembered of who is gone");
    }

    [Test]
    public async Task Whoever_takes_part_in_a_thread_with_the_user_hears_it_in_their_inbox_and_so_does_the_user()
    {
        var (contact, stranger) = (_scene.Store.AddUser(Role.Staff, "contact"), _scene.Store.AddUser(Role.Staff, "stranger"));
        var thread = _scene.Store.AddRoom(_user, kind: ConversationKind.Thread);
        _scene.Store.Conversations[thread.Id] = thread with
        {
            Thread = new ThreadPlace([new(_user, _scene.Time.GetUtcNow()), new(contact, _scene.Time.GetUtcNow())], new Dictionary<string, string>(), _scene.Time.GetUtcNow()),
        };
        var inboxes = new[] { contact, stranger, _user }.Select(user => _scene.Session(user, Room.InboxOf(user.Id))).ToArray();

        await ConnectAsync();

        Assert.That(inboxes.Select(inbox => inbox.Heard.Count), Is.EqualTo(new[] { 1, 0, 1 }));
    }

    [Test]
    public async Task A_reconnect_within_the_grace_is_told_to_nobody_and_the_grace_begins_anew()
    {
        _scene.Lifecycle.End(await ConnectAsync());
        await _presence.PassAsync(9);
        _scene.Lifecycle.End(_presence.Connect(_user));
        await _presence.PassAsync(9);
        Assert.That(_watcher.Heard, Is.EqualTo(["lan is ONLINE"]), "the first grace is over, and not the second");

        await _presence.PassAsync(1);

        Assert.That(_watcher.Heard, Is.EqualTo(["lan is ONLINE", "lan is OFFLINE"]));
    }

    [Test]
    public async Task A_session_that_is_away_does_not_count()
    {
        var session = await ConnectAsync();
        _scene.Lifecycle.Suspend(session);
        _scene.Lifecycle.Suspend(session);
        await _presence.PassAsync(10);
        Assert.That(_watcher.Heard, Is.EqualTo(["lan is ONLINE", "lan is OFFLINE"]));
        _scene.Lifecycle.Resume(session);
        await _presence.PassAsync(0);
        Assert.That(_watcher.Heard[^1], Is.EqualTo("lan is ONLINE"));

        _scene.Lifecycle.Suspend(session);
        _scene.Lifecycle.End(session);
        _scene.Lifecycle.Resume(session);
        await _presence.PassAsync(10);

        Assert.That(_watcher.Heard, Has.Count.EqualTo(4), "who has ended does not come back");
        Assert.That(_watcher.Heard[^1], Is.EqualTo("lan is OFFLINE"));
    }

    [Test]
    public async Task What_a_service_opens_for_a_user_is_no_connection_of_the_user()
    {
        _presence.Connect(_user, asService: true);
        await _presence.PassAsync(0);

        Assert.That(_watcher.Heard, Is.Empty);
        Assert.That(_scene.Connected.Count, Is.Zero);
    }

    [Test]
    public async Task Who_came_and_went_before_it_could_be_told_is_not_told_of_and_yet_noted()
    {
        _scene.Lifecycle.End(_presence.Connect(_user));
        var left = _scene.Time.GetUtcNow();
        await _presence.PassAsync(60);

        Assert.That(_watcher.Heard, Is.Empty);
        Assert.That((await _presence.StandsAsync(_user)).LastActiveAt, Is.EqualTo(left));
        Assert.That(_scene.Connected.Count, Is.Zero);
    }

    [Test]
    public async Task When_a_user_was_there_last_is_kept_when_they_go_and_not_when_they_come()
    {
        var session = await ConnectAsync();
        Assert.That(_presence.Presences.Noted, Is.Zero);
        Assert.That((await _presence.StandsAsync(_user)).LastActiveAt, Is.EqualTo(_scene.Time.GetUtcNow()));
        await _presence.PassAsync(500);
        var left = _scene.Time.GetUtcNow();
        _scene.Lifecycle.End(session);
        await _presence.PassAsync(500);

        Assert.That(_presence.Presences.Noted, Is.EqualTo(1));
        Assert.That((await _presence.StandsAsync(_user)).LastActiveAt, Is.EqualTo(left));
    }

    [Test]
    public async Task At_the_end_of_the_process_everybody_is_noted_who_was_not()
    {
        await ConnectAsync();
        await _presence.PassAsync(100);

        await _presence.News.NoteActiveAsync(default);

        using var restarted = new PresenceService(_presence.Presences, new ConnectedUsers(_scene.Presence, _scene.Time), new UserLanes(), _presence.Rule, _scene.Presence);
        var stands = await restarted.GetAsync(PresenceScene.CallerOf(_user), [_user.Id], default);
        Assert.That((stands[_user.Id].Status, stands[_user.Id].LastActiveAt), Is.EqualTo((PresenceStatus.Offline, (DateTimeOffset?)_scene.Time.GetUtcNow())));
    }

    [Test]
    public async Task While_the_store_is_away_nothing_is_told_and_everything_afterwards()
    {
        var other = _scene.Store.AddUser(Role.Customer, "minh");
        var otherWatcher = _presence.Watch(other);
        var session = await ConnectAsync();
        _scene.Store.Failure = new UnavailableException(ChatError.DbUnavailable);
        _scene.Lifecycle.End(session);
        var left = _scene.Time.GetUtcNow();
        _presence.Connect(other);
        for (var second = 0; second < 20; second++)
        {
            _scene.Time.Advance(1000);
            // Every second a try, as long as something is due.
            Assert.That(() => _presence.News.SettleAsync(default), Throws.InstanceOf<UnavailableException>());
        }
        Assert.That(otherWatcher.Heard, Is.Empty);

        _scene.Store.Failure = null;
        await _presence.PassAsync(1);

        Assert.That(_watcher.Heard, Is.EqualTo(["lan is ONLINE", "lan is OFFLINE"]));
        Assert.That(otherWatcher.Heard, Is.EqualTo(["minh is ONLINE"]));
        Assert.That((await _presence.StandsAsync(_user)).LastActiveAt, Is.EqualTo(left));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Whatever_comes_and_goes_at_once_the_last_thing_told_is_how_it_stands(int seed)
    {
        var users = Enumerable.Range(0, 20).Select(i => _scene.Store.AddUser(Role.Customer, $"u{i}")).ToArray();
        var watchers = users.Select(_presence.Watch).ToArray();
        using var over = new CancellationTokenSource();
        var telling = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await _presence.PassAsync(1);
        });
        var open = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () => await ComeAndGoAsync(users, new Random((seed * 10) + worker)))));
        await over.CancelAsync();
        await telling;
        await _presence.PassAsync(1);
        await _presence.PassAsync(10);

        var connected = open.SelectMany(sessions => sessions).Select(session => session.Caller.Id).ToHashSet();
        for (var i = 0; i < users.Length; i++)
        {
            var said = (await _presence.Presences.FindAsync([users[i].Id], viewer: null, default)).Single().Said?.Status ?? PresenceStatus.Offline;
            var expected = connected.Contains(users[i].Id) ? PresenceStatus.Online : said;
            Assert.That((await _presence.StandsAsync(users[i])).Status, Is.EqualTo(expected));
            Assert.That(watchers[i].Heard is [.., var last] ? last : $"u{i} is OFFLINE", Is.EqualTo($"u{i} is {expected.ToWord()}"));
        }
        Assert.That(_scene.Connected.Count, Is.EqualTo(connected.Count));
    }

    /// <summary>Sessions that come, go, fall asleep and wake, and words that are said meanwhile; answers with the sessions that are left.</summary>
    private async Task<List<ListeningSession>> ComeAndGoAsync(User[] users, Random random)
    {
        var sessions = new List<ListeningSession>();
        for (var i = 0; i < 2000; i++)
        {
            var user = users[random.Next(users.Length)];
            if (random.Next(10) == 0)
                await _presence.SayAsync(user, random.Next(2) == 0 ? PresenceStatus.Online : PresenceStatus.Offline, asService: true);
            else if (random.Next(2) == 0 || sessions.Count == 0)
                sessions.Add(_presence.Connect(user));
            else
                _scene.Lifecycle.End(Take(sessions, random));
        }
        foreach (var asleep in sessions.Where(_ => random.Next(2) == 0).ToList())
        {
            _scene.Lifecycle.Suspend(asleep);
            sessions.Remove(asleep);
        }
        return sessions;
    }

    private static ListeningSession Take(List<ListeningSession> sessions, Random random)
    {
        var index = random.Next(sessions.Count);
        var session = sessions[index];
        sessions.RemoveAt(index);
        return session;
    }

    private async Task<ListeningSession> ConnectAsync()
    {
        var session = _presence.Connect(_user);
        await _presence.PassAsync(0);
        return session;
    }
}
