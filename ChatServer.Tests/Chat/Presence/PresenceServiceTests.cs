using ChatServer.Chat;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using ChatServer.Tests.Fanout;

namespace ChatServer.Tests.Chat.Presence;

/// <summary>What users and services say of presence, and who may see it.</summary>
public sealed class PresenceServiceTests
{
    private PresenceScene _presence = null!;
    private User _user = null!;
    private ListeningSession _watcher = null!;

    [SetUp]
    public void SetUp() => Begin(_ => { });

    [TearDown]
    public void TearDown() => _presence.Dispose();

    [TestCase(PresenceStatus.Online, PresenceStatus.Online, PresenceStatus.Online)]
    [TestCase(PresenceStatus.Away, PresenceStatus.Away, PresenceStatus.Away)]
    [TestCase(PresenceStatus.Busy, PresenceStatus.Busy, PresenceStatus.Busy)]
    [TestCase(PresenceStatus.Offline, PresenceStatus.Offline, PresenceStatus.Online)]
    public async Task What_is_said_and_connections_are_taken_together(PresenceStatus said, PresenceStatus alone, PresenceStatus connected)
    {
        Assert.That((await _presence.SayAsync(_user, said)).Value.Status, Is.EqualTo(alone));
        Assert.That((await _presence.StandsAsync(_user)).Status, Is.EqualTo(alone));

        _presence.Connect(_user);

        Assert.That((await _presence.StandsAsync(_user)).Status, Is.EqualTo(connected));
        Assert.That((await _presence.SayAsync(_user, said)).Value.Status, Is.EqualTo(connected));
    }

    [Test]
    public async Task Only_what_others_see_change_is_told()
    {
        await SayAsync(PresenceStatus.Online, "Available for chat");
        await SayAsync(PresenceStatus.Online, "Available for chat");
        Assert.That(_watcher.Heard, Is.EqualTo(["lan is ONLINE"]));
        _presence.Connect(_user);
        await _presence.PassAsync(0);
        Assert.That(_watcher.Heard, Has.Count.EqualTo(1), "who is online already does not come by connecting");

        await SayAsync(PresenceStatus.Offline, "Available for chat");
        Assert.That(_watcher.Heard, Has.Count.EqualTo(1), "who is connected does not go by saying so");
        await SayAsync(PresenceStatus.Offline, "Back soon");
        Assert.That(_watcher.Heard, Has.Count.EqualTo(2), "the words have changed");
        await SayAsync(PresenceStatus.Offline, "Back soon", "phone");
        Assert.That(_watcher.Heard, Has.Count.EqualTo(3), "the device has changed");
    }

    [Test]
    public async Task What_was_said_outlives_a_restart_and_connections_do_not()
    {
        var other = _presence.Scene.Store.AddUser(Role.Customer, "minh");
        await SayAsync(PresenceStatus.Busy, "Meeting", "laptop");
        _presence.Connect(_user);
        _presence.Connect(other);

        using var restarted = new PresenceService(
            _presence.Presences, new ConnectedUsers(_presence.Scene.Presence, _presence.Scene.Time), new UserLanes(), _presence.Rule, _presence.Scene.Presence);
        var stands = await restarted.GetAsync(PresenceScene.CallerOf(_user) with { IsService = true }, [_user.Id, other.Id], default);

        Assert.That(stands[_user.Id], Is.EqualTo(new UserPresence(_user, PresenceStatus.Busy, "Meeting", "laptop", _presence.Scene.Time.GetUtcNow())));
        Assert.That(stands[other.Id].Status, Is.EqualTo(PresenceStatus.Offline));
    }

    [Test]
    public async Task What_is_said_holds_for_ever_or_as_long_as_is_configured()
    {
        await SayAsync(PresenceStatus.Away, "Lunch");
        await _presence.PassAsync(10_000_000);
        Assert.That((await _presence.StandsAsync(_user)).Status, Is.EqualTo(PresenceStatus.Away));
        _presence.Dispose();

        Begin(options => options.ExpireMinutes = 30);
        await SayAsync(PresenceStatus.Away, "Lunch");
        await _presence.PassAsync((30 * 60) - 1);
        Assert.That(_watcher.Heard, Is.EqualTo(["lan is AWAY"]));
        await _presence.PassAsync(1);

        Assert.That(_watcher.Heard, Is.EqualTo(["lan is AWAY", "lan is OFFLINE"]));
        Assert.That(await _presence.StandsAsync(_user), Has.Property("CustomStatus").Empty);
        await _presence.PassAsync(10_000);
        Assert.That(_watcher.Heard, Has.Count.EqualTo(2));
    }

    [TestCase("custom", 200, 'a')]
    [TestCase("device", 64, 'a')]
    [TestCase("custom", 5, '\n', TestName = "A line end in the custom status is refused")]
    [TestCase("device", 5, '\0', TestName = "A NUL in the device is refused")]
    [TestCase("custom", 5, '\ud800', TestName = "Half a character is refused")]
    public async Task What_is_too_long_or_no_line_of_text_is_refused(string field, int length, char end)
    {
        var text = new string('a', length) + end;

        var refused = await _presence.SayAsync(_user, PresenceStatus.Away, field is "custom" ? text : "", field is "device" ? text : "");

        Assert.That(refused.Error?.Code, Is.EqualTo(ErrorCode.Invalid));
        Assert.That((await _presence.StandsAsync(_user)).Status, Is.EqualTo(PresenceStatus.Offline));
        Assert.That((await _presence.SayAsync(_user, PresenceStatus.Away, new string('đ', 200), new string('d', 64))).Error, Is.Null);
    }

    [TestCase("online", PresenceStatus.Online)]
    [TestCase("Away", PresenceStatus.Away)]
    [TestCase("BUSY", PresenceStatus.Busy)]
    [TestCase("OFFLINE", PresenceStatus.Offline)]
    public void Words_are_known_in_any_case(string word, PresenceStatus status) => Assert.That(PresenceWords.Parse(word).Value, Is.EqualTo(status));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("1")]
    [TestCase("online ")]
    [TestCase("Online,Away")]
    public void Other_words_are_refused(string? word) => Assert.That(PresenceWords.Parse(word).Error?.Code, Is.EqualTo(ErrorCode.Invalid));

    [Test]
    public async Task Presence_concerns_those_who_share_a_conversation_and_services()
    {
        var store = _presence.Scene.Store;
        var (agent, stranger, admin) = (store.AddUser(Role.Staff, "agent"), store.AddUser(Role.Staff, "stranger"), store.AddUser(Role.Admin, "admin"));
        store.AddRoom(_user, agent.Id);
        await SayAsync(PresenceStatus.Busy, "Secret");
        await _presence.SayAsync(agent, PresenceStatus.Online);

        Assert.That(await SeenAsync(_user, _user), Is.EqualTo(PresenceStatus.Busy));
        Assert.That(await SeenAsync(agent, _user), Is.EqualTo(PresenceStatus.Busy));
        Assert.That(await SeenAsync(_user, agent), Is.EqualTo(PresenceStatus.Online));
        Assert.That(await SeenAsync(admin, _user), Is.EqualTo(PresenceStatus.Busy));
        Assert.That(await SeenAsync(stranger, _user), Is.EqualTo(PresenceStatus.Offline));
        var hidden = (await _presence.Service.GetAsync(PresenceScene.CallerOf(stranger), [_user.Id], default))[_user.Id];
        Assert.That(hidden, Is.EqualTo(UserPresence.Hidden(_user)), "neither words nor times are told");
        Assert.That(await _presence.Service.MaySeeAsync(PresenceScene.CallerOf(agent), [_user.Id, stranger.Id], default), Is.EquivalentTo([_user.Id]));
        Assert.That(await _presence.Service.MaySeeAsync(PresenceScene.CallerOf(agent) with { IsService = true }, [_user.Id, stranger.Id], default), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Users_are_found_by_any_of_their_names_and_who_is_not_known_is_left_out()
    {
        var service = PresenceScene.CallerOf(_user) with { IsService = true };
        var (byId, byUid, unknown) = (Parse($"{_user.Id.Value}"), Parse($"{_user.Uid}"), Parse("nobody"));
        await SayAsync(PresenceStatus.Away, "");

        var found = await _presence.Service.GetAsync(service, [byId, byUid, unknown, byId], default);

        Assert.That(found.Value.Keys, Is.EquivalentTo([byId, byUid]));
        Assert.That(found.Value.Values.Select(presence => presence.Status), Is.All.EqualTo(PresenceStatus.Away));
        var many = Enumerable.Range(1, PresenceService.MaxUsers + 1).Select(i => Parse($"u{i}")).ToList();
        Assert.That((await _presence.Service.GetAsync(service, many, default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
    }

    [Test]
    public async Task Whoever_is_deactivated_is_offline_whatever_they_said()
    {
        await SayAsync(PresenceStatus.Online, "Here");
        _presence.Scene.Store.Users[_user.Id] = _user with { Active = false };

        Assert.That((await _presence.StandsAsync(_user)).Status, Is.EqualTo(PresenceStatus.Offline));
        Assert.That(await _presence.Service.MaySeeAsync(PresenceScene.CallerOf(_user) with { IsService = true }, [_user.Id], default), Is.Empty);
    }

    [Test]
    public async Task What_may_have_been_stored_while_the_store_fell_silent_is_told_when_it_is_back()
    {
        _presence.Scene.Store.Failure = new UnavailableException(ChatError.DbUnavailable);
        Assert.That(async () => await _presence.SayAsync(_user, PresenceStatus.Busy), Throws.InstanceOf<UnavailableException>());
        _presence.Scene.Store.Failure = null;

        await _presence.PassAsync(1);

        Assert.That(_watcher.Heard, Is.EqualTo(["lan is OFFLINE"]), "how it stands, whatever it was before");
        Assert.That(_presence.Scene.Connected.Count, Is.Zero);
    }

    [Test]
    public async Task A_user_may_change_so_often_and_a_service_as_it_likes()
    {
        _presence.Dispose();
        Begin(options => (options.Burst, options.PerMinute) = (2, 1));

        var answers = new List<ErrorCode?>();
        for (var i = 0; i < 3; i++)
            answers.Add((await _presence.SayAsync(_user, PresenceStatus.Away)).Error?.Code);

        Assert.That(answers, Is.EqualTo(new ErrorCode?[] { null, null, ErrorCode.RateLimited }));
        Assert.That((await _presence.SayAsync(_user, PresenceStatus.Away, asService: true)).Error, Is.Null);
    }

    private void Begin(Action<PresenceOptions> configure)
    {
        _presence = new PresenceScene(configure);
        _user = _presence.Scene.Store.AddUser(Role.Customer, "lan");
        _watcher = _presence.Watch(_user);
    }

    private async Task SayAsync(PresenceStatus status, string custom, string device = "")
    {
        Assert.That((await _presence.SayAsync(_user, status, custom, device)).Error, Is.Null);
        await _presence.PassAsync(0);
    }

    private async Task<PresenceStatus> SeenAsync(User viewer, User target) =>
        (await _presence.Service.GetAsync(PresenceScene.CallerOf(viewer), [target.Id], default))[target.Id].Status;

    private static Subject Parse(string text) => Subject.TryParse(text, out var subject) ? subject : throw new ArgumentException(text);
}
