using ChatServer.Chat;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Data;

public sealed class PresenceRepositoryTests : StoreTests
{
    private static readonly PresenceStatement Lunch = new(PresenceStatus.Away, "Ăn trưa 🍜", "phone");

    private readonly ManualTime _time = new();
    private PresenceRepository _presences = null!;
    private User _user = null!;

    [SetUp]
    public async Task CreateRepository()
    {
        _presences = new PresenceRepository(Store.Database, _time);
        _user = await Store.AddUserAsync(Role.Customer);
    }

    [Test]
    public async Task What_is_said_is_kept_and_answered_with_what_was_before()
    {
        var (before, after) = await _presences.SayAsync(_user.Id, Lunch, default);
        Assert.That(before, Is.EqualTo(new StoredPresence(_user, null, null, null, IsVisible: true)));
        Assert.That(after, Is.EqualTo(new StoredPresence(_user, Lunch, _time.GetUtcNow(), _time.GetUtcNow(), IsVisible: true)));
        Assert.That(await FindAsync(_user), Is.EqualTo(after));
        _time.Advance(1000);

        var (again, last) = await _presences.SayAsync(_user.Id, Lunch with { Status = PresenceStatus.Busy }, default);

        Assert.That(again, Is.EqualTo(after));
        Assert.That(await FindAsync(_user), Is.EqualTo(last));
        Assert.That((last.Said!.Status, last.SaidAt), Is.EqualTo((PresenceStatus.Busy, (DateTimeOffset?)_time.GetUtcNow())));
    }

    [Test]
    public async Task When_somebody_was_there_last_never_goes_back_and_says_nothing_else()
    {
        var now = _time.GetUtcNow();
        var silent = await Store.AddUserAsync(Role.Staff);
        await _presences.SayAsync(_user.Id, Lunch, default);

        await _presences.NoteActiveAsync([new(_user.Id, now.AddMinutes(5)), new(silent.Id, now), new(new UserId(77), now)], default);
        await _presences.NoteActiveAsync([new(_user.Id, now.AddMinutes(1)), new(silent.Id, now.AddMinutes(1))], default);
        await _presences.SayAsync(_user.Id, Lunch, default);

        Assert.That(await FindAsync(_user), Is.EqualTo(new StoredPresence(_user, Lunch, now, now.AddMinutes(5), IsVisible: true)));
        Assert.That(await FindAsync(silent), Is.EqualTo(new StoredPresence(silent, null, null, now.AddMinutes(1), IsVisible: true)));
    }

    [Test]
    public async Task Many_are_found_at_once_by_whatever_name()
    {
        var users = await Store.AddUsersAsync(Role.Customer, 300);
        await _presences.SayAsync(users[0].Id, Lunch, default);
        var subjects = users.Select((user, i) => (i % 3) switch
        {
            0 => TestStore.Subject($"{user.Id.Value}"),
            1 => TestStore.Subject($"{user.Uid}"),
            _ => TestStore.Subject(user.ExternalId!),
        });

        var found = await _presences.FindAsync([.. subjects, TestStore.Subject("nobody"), TestStore.Subject("77"), TestStore.Subject($"{Guid.NewGuid()}")], null, default);

        Assert.That(found.Select(stored => stored.User), Is.EquivalentTo(users));
        Assert.That(found.Single(stored => stored.Said is not null).User, Is.EqualTo(users[0]));
    }

    [Test]
    public async Task It_concerns_those_who_share_a_conversation()
    {
        var (agent, stranger) = (await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Staff));
        var (customer, room) = await Store.AddRoomAsync();
        await Store.SayAsync(agent, room.Id, "hello");

        Assert.That(await VisibleAsync(customer), Is.EquivalentTo([agent.Id, customer.Id]));
        Assert.That(await VisibleAsync(agent), Is.EquivalentTo([agent.Id, customer.Id]));
        Assert.That(await VisibleAsync(stranger), Is.EquivalentTo([stranger.Id]));
        Assert.That(await VisibleAsync(null), Has.Count.EqualTo(3));

        async Task<IReadOnlyList<UserId>> VisibleAsync(User? viewer) =>
            [.. (await _presences.FindAsync([agent.Id, stranger.Id, customer.Id], viewer?.Id, default)).Where(stored => stored.IsVisible).Select(stored => stored.User.Id)];
    }

    [Test]
    public async Task Whoever_takes_part_in_a_thread_sees_the_others_as_long_as_they_do()
    {
        var (lan, minh, hoa, stranger) = (_user, await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Customer));
        var first = await OpenAsync(lan, minh);
        await OpenAsync(hoa, lan, minh);
        await OpenAsync(stranger);

        Assert.That((await _presences.FindAsync([lan.Id, hoa.Id, stranger.Id], minh.Id, default)).Where(stored => stored.IsVisible).Select(stored => stored.User),
            Is.EquivalentTo([lan, hoa]));
        var contacts = await _presences.FindContactsAsync([lan.Id, stranger.Id], 10, default);
        Assert.That(contacts[lan.Id], Is.EquivalentTo([minh.Id, hoa.Id]));
        Assert.That(contacts[stranger.Id], Is.Empty);
        Assert.That((await _presences.FindContactsAsync([lan.Id, minh.Id], 1, default)).Select(group => group.Count()), Is.EqualTo(new[] { 1, 1 }));

        await Store.Threads.RemoveAsync(first, minh.Id, default);
        await Store.ExecuteAsync("DELETE FROM participants WHERE user_id = @Id", new { Id = minh.Id.Value });
        Assert.That((await _presences.FindAsync([lan.Id], minh.Id, default)).Single().IsVisible, Is.False);
        Assert.That((await _presences.FindContactsAsync([lan.Id], 10, default))[lan.Id], Is.EqualTo(new[] { hoa.Id }));
    }

    [Test]
    public async Task Whom_another_user_put_into_a_thread_shows_them_nothing_until_they_speak_or_read_there()
    {
        var (curious, victim) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        var (id, _) = (await Store.Threads.OpenAsync(
            new NewThread(Guid.CreateVersion7(), [curious.Id, victim.Id], null, new Dictionary<string, string>(), null, "") { IsVouched = false }, default))!.Value;

        Assert.That((await _presences.FindAsync([victim.Id], curious.Id, default)).Single().IsVisible, Is.False);
        Assert.That((await _presences.FindAsync([curious.Id], victim.Id, default)).Single().IsVisible, Is.True, "who opened it shows themselves");
        Assert.That((await _presences.FindContactsAsync([victim.Id], 10, default))[victim.Id], Is.Empty);

        await Store.SayAsync(victim, id, "hello");
        Assert.That((await _presences.FindAsync([victim.Id], curious.Id, default)).Single().IsVisible, Is.True);
        Assert.That((await _presences.FindContactsAsync([victim.Id], 10, default))[victim.Id], Is.EqualTo(new[] { curious.Id }));
    }

    [Test]
    public async Task What_was_said_in_a_time_is_found_unless_it_was_offline()
    {
        var (earlier, offline) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        await _presences.SayAsync(earlier.Id, Lunch, default);
        var from = _time.GetUtcNow();
        _time.Advance(1000);
        await _presences.SayAsync(_user.Id, Lunch, default);
        await _presences.SayAsync(offline.Id, Lunch with { Status = PresenceStatus.Offline }, default);

        Assert.That((await _presences.FindSaidAsync(from, _time.GetUtcNow(), default)).Select(stored => stored.User), Is.EqualTo([_user]));
        Assert.That(await _presences.FindSaidAsync(_time.GetUtcNow(), _time.GetUtcNow().AddDays(1), default), Is.Empty);
    }

    [Test]
    public async Task A_hundred_words_at_once_are_each_answered_with_the_one_before_in_some_order()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _presences.SayAsync(_user.Id, Lunch with { CustomStatus = $"{i}" }, default)));

        Assert.That((await FindAsync(_user)).Said!.CustomStatus, Is.AnyOf([.. Enumerable.Range(0, 100).Select(i => $"{i}")]));
        Assert.That(answers.Select(answer => answer.After.Said!.CustomStatus), Is.Unique);
    }

    [Test]
    public async Task A_server_that_is_away_and_comes_back_has_what_was_said_before()
    {
        await using var proxy = new PostgresProxy(Store.ConnectionString);
        await using var store = TestStore.Over(proxy.ConnectionString);
        var presences = new PresenceRepository(store.Database, _time);
        await presences.SayAsync(_user.Id, Lunch, default);
        await proxy.GoAwayAsync();
        Assert.That(async () => await presences.SayAsync(_user.Id, Lunch with { Status = PresenceStatus.Busy }, default), Throws.InstanceOf<UnavailableException>());
        Assert.That(async () => await presences.NoteActiveAsync([new(_user.Id, _time.GetUtcNow())], default), Throws.InstanceOf<UnavailableException>());
        proxy.LetAllPass();

        Assert.That((await presences.FindAsync([_user.Id], null, default)).Single().Said, Is.EqualTo(Lunch));
        Assert.That((await presences.SayAsync(_user.Id, Lunch with { Status = PresenceStatus.Busy }, default)).Before.Said, Is.EqualTo(Lunch));
    }

    private async Task<ConversationId> OpenAsync(params User[] participants) => (await Store.Threads.OpenAsync(
        new NewThread(Guid.CreateVersion7(), [.. participants.Select(user => user.Id)], null, new Dictionary<string, string>(), null, ""), default))!.Value.Id;

    private async Task<StoredPresence> FindAsync(User user) => (await _presences.FindAsync([user.Id], null, default)).Single();
}
