using ChatServer.Chat;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Data;

public sealed class NotificationRepositoryTests : StoreTests
{
    private static readonly Dictionary<string, string> Data = new() { ["order_id"] = "456", ["trạng thái"] = "\"đã giao\" \\ 🍜" };

    private readonly ManualTime _time = new();
    private NotificationRepository _notifications = null!;
    private User _user = null!;

    [SetUp]
    public async Task CreateRepository()
    {
        _notifications = new NotificationRepository(Store.Database, _time);
        _user = await Store.AddUserAsync(Role.Customer);
    }

    [Test]
    public async Task What_is_stored_reads_back_as_it_was()
    {
        var stored = Stored(await AppendAsync("title", key: "k"));
        var page = await ListAsync();

        Assert.That((stored.Seq, stored.User, stored.Title, stored.Body, stored.Type, stored.CreatedAt, stored.ReadAt),
            Is.EqualTo((1L, _user, "title", "body", "order_update", _time.GetUtcNow(), (DateTimeOffset?)null)));
        Assert.That(stored.Data, Is.EquivalentTo(Data));
        Assert.That(page.Notifications.Single() with { Data = stored.Data }, Is.EqualTo(stored));
        Assert.That(page.Notifications.Single().Data, Is.EquivalentTo(Data));
        Assert.That((page.HasMore, page.Unread), Is.EqualTo((false, 1L)));
    }

    [Test]
    public async Task A_key_is_its_senders_and_means_one_notification()
    {
        var other = await Store.AddUserAsync(Role.Customer);
        var first = Stored(await AppendAsync("title", key: "k"));
        _time.Advance(1000);

        var again = (NotificationOutcome.Repeated)await AppendAsync("title", key: "k");
        Assert.That(again.Notification with { Data = first.Data }, Is.EqualTo(first));
        Assert.That(await AppendAsync("another", key: "k"), Is.InstanceOf<NotificationOutcome.KeyReused>());
        Assert.That(await AppendAsync("title", key: "k", to: other), Is.InstanceOf<NotificationOutcome.KeyReused>());
        Assert.That(await AppendAsync("title", key: "k", data: new() { ["order_id"] = "457" }), Is.InstanceOf<NotificationOutcome.KeyReused>());
        Assert.That(await AppendAsync("title", key: "k", sender: "billing"), Is.InstanceOf<NotificationOutcome.Stored>());
        Assert.That((await ListAsync()).Unread, Is.EqualTo(2));
    }

    [Test]
    public async Task Twins_that_run_at_once_are_one()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"k{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AppendAsync("title", key: key)));

            Assert.That(outcomes.OfType<NotificationOutcome.Stored>().Count(), Is.EqualTo(1));
            Assert.That(outcomes.OfType<NotificationOutcome.Repeated>().Count(), Is.EqualTo(7));
        }
        Assert.That((await ListAsync()).Unread, Is.EqualTo(20));
        Assert.That(await Store.ScalarAsync<long>("SELECT last_seq FROM notification_boxes"), Is.EqualTo(20), "and leave no gap");
    }

    [Test]
    public async Task Numbers_have_no_gaps_and_the_count_is_right_whatever_happens_at_once()
    {
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var marked = 0;
            for (var i = 0; i < 25; i++)
                marked += await _notifications.MarkReadAsync(_user.Id, null, default);
            return marked;
        })).ToList();
        var sent = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => AppendAsync($"n{i}")));
        var marked = (await Task.WhenAll(reading)).Sum();

        Assert.That(sent.Select(outcome => Stored(outcome).Seq), Is.EquivalentTo(Enumerable.Range(1, 100)));
        Assert.That((await ListAsync()).Unread, Is.EqualTo(100 - marked));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM notifications WHERE read_at IS NULL"), Is.EqualTo(100 - marked));
    }

    [Test]
    public async Task Some_are_read_and_what_is_left_is_found_in_either_direction()
    {
        var sent = new List<Notification>();
        for (var i = 1; i <= 5; i++)
            sent.Add(Stored(await AppendAsync($"n{i}")));
        var other = await Store.AddUserAsync(Role.Customer);
        Assert.That(await _notifications.MarkReadAsync(other.Id, [sent[0].Uid], default), Is.Zero);
        _time.Advance(1000);
        Assert.That(await _notifications.MarkReadAsync(_user.Id, [sent[1].Uid, sent[3].Uid, Guid.NewGuid()], default), Is.EqualTo(2));
        Assert.That(await _notifications.MarkReadAsync(_user.Id, [sent[1].Uid], default), Is.Zero);

        var unread = await _notifications.ListAsync(_user, long.MaxValue, 2, unreadOnly: true, default);
        Assert.That((unread.Notifications.Select(n => n.Title), unread.HasMore, unread.Unread), Is.EqualTo((new[] { "n5", "n3" }, true, 3L)));
        Assert.That((await _notifications.ListAsync(_user, 3, 2, unreadOnly: true, default)).Notifications.Single().Title, Is.EqualTo("n1"));
        var older = await _notifications.ListAsync(_user, 5, 2, unreadOnly: false, default);
        Assert.That(older.Notifications.Select(n => (n.Title, n.ReadAt)), Is.EqualTo(new[] { ("n4", (DateTimeOffset?)_time.GetUtcNow()), ("n3", null) }));
        Assert.That((await _notifications.ReadAfterAsync(_user, 1, 10, default)).Select(n => n.Title), Is.EqualTo(new[] { "n3", "n5" }));
        Assert.That((await _notifications.ReadAfterAsync(_user, 1, 1, default)).Select(n => n.Title), Is.EqualTo(new[] { "n3" }));
        Assert.That(await _notifications.FindSeqAsync(_user.Id, sent[2].Uid, default), Is.EqualTo(3));
        Assert.That(await _notifications.FindSeqAsync(other.Id, sent[2].Uid, default), Is.Null);
        Assert.That((await _notifications.ListAsync(other, long.MaxValue, 2, unreadOnly: false, default)).Unread, Is.Zero);
    }

    [Test]
    public async Task One_whose_answer_was_lost_is_stored_once_and_answered_as_stored()
    {
        await using var proxy = new PostgresProxy(Store.ConnectionString);
        await using var store = TestStore.Over(proxy.ConnectionString);
        var notifications = new NotificationRepository(store.Database, _time);
        await store.Database.PingAsync(default);
        proxy.CutNextAnswer();

        Assert.That(await notifications.AppendAsync(New("lost"), default), Is.InstanceOf<NotificationOutcome.Stored>());

        Assert.That((await ListAsync()).Notifications, Has.Count.EqualTo(1));
        await proxy.GoAwayAsync();
        Assert.That(async () => await notifications.AppendAsync(New("never"), default), Throws.InstanceOf<UnavailableException>());
        proxy.LetAllPass();
        Assert.That(Stored(await notifications.AppendAsync(New("afterwards"), default)).Seq, Is.EqualTo(2));
    }

    private Task<NotificationOutcome> AppendAsync(string title, string? key = null, string sender = "shop", User? to = null, Dictionary<string, string>? data = null) =>
        _notifications.AppendAsync(New(title, key, sender, to, data), default);

    private NewNotification New(string title, string? key = null, string sender = "shop", User? to = null, Dictionary<string, string>? data = null) =>
        new(Guid.CreateVersion7(), to ?? _user, sender, title, "body", "order_update", data ?? Data, ClientKey.Parse("test", key).Value);

    private Task<NotificationPage> ListAsync() => _notifications.ListAsync(_user, long.MaxValue, 50, unreadOnly: false, default);

    private static Notification Stored(NotificationOutcome outcome) => ((NotificationOutcome.Stored)outcome).Notification;
}
