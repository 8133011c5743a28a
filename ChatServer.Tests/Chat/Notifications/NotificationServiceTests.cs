using ChatServer.Chat;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Users;
using ChatServer.Tests.Fanout;
using ChatServer.Tests.InMemory;

namespace ChatServer.Tests.Chat.Notifications;

public sealed class NotificationServiceTests
{
    private FanoutScene _scene = null!;
    private InMemoryNotifications _store = null!;
    private NotificationService _notifications = null!;
    private User _user = null!;
    private ListeningSession _session = null!;

    [SetUp]
    public void SetUp()
    {
        _scene = new FanoutScene();
        _store = new InMemoryNotifications(_scene.Store);
        _notifications = new NotificationService(_store, _scene.Adapter);
        _user = _scene.Store.AddUser(Role.Customer, "lan");
        _session = _scene.Session(_user);
        _scene.Lifecycle.Begin(_session);
    }

    [Test]
    public async Task A_notification_is_stored_and_heard_by_its_user_alone()
    {
        var other = _scene.Session(_scene.Store.AddUser(Role.Customer, "minh"));
        _scene.Lifecycle.Begin(other);

        var sent = await SendAsync("Đơn hàng", data: new() { ["order_id"] = "456" });

        Assert.That((sent.Value.Seq, sent.Value.User, sent.Value.Title, sent.Value.Body, sent.Value.Type, sent.Value.ReadAt),
            Is.EqualTo((1L, _user, "Đơn hàng", "", "order_update", (DateTimeOffset?)null)));
        Assert.That(sent.Value.Data["order_id"], Is.EqualTo("456"));
        Assert.That(_session.Heard, Is.EqualTo(["notified Đơn hàng"]));
        Assert.That(other.Heard, Is.Empty);
    }

    [Test]
    public async Task Only_services_may_send()
    {
        var refused = await _notifications.SendAsync(Self, Command("hello"), default);

        Assert.That(refused.Error?.Code, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(_session.Heard, Is.Empty);
    }

    [Test]
    public async Task A_repeat_is_answered_with_what_is_stored_and_told_to_nobody()
    {
        var first = await SendAsync("hello", key: "k");
        var again = await SendAsync("hello", key: "k");
        var reused = await SendAsync("something else", key: "k");
        var ofAnother = await _notifications.SendAsync(Service, Command("something else", "k") with { Sender = "billing" }, default);

        Assert.That(again.Value, Is.EqualTo(first.Value));
        Assert.That(reused.Error?.Code, Is.EqualTo(ErrorCode.Conflict));
        Assert.That(ofAnother.Error, Is.Null);
        Assert.That(_session.Heard, Is.EqualTo(["notified hello", "notified something else"]));
        await SendAsync("hello");
        await SendAsync("hello");
        Assert.That(_session.Heard, Has.Count.EqualTo(4), "without a key each is its own");
    }

    [Test]
    public async Task What_was_stored_while_the_store_fell_silent_is_told_before_what_follows_or_by_the_retry()
    {
        await SendAsync("first");
        _store.LosesNextAnswer = true;
        Assert.That(() => SendAsync("lost", key: "k"), Throws.InstanceOf<UnavailableException>());
        Assert.That(_session.Heard, Is.EqualTo(["notified first"]));
        await SendAsync("lost", key: "k");
        Assert.That(_session.Heard, Is.EqualTo(["notified first", "notified lost"]));
        await SendAsync("lost", key: "k");
        _store.LosesNextAnswer = true;
        Assert.That(() => SendAsync("lost again"), Throws.InstanceOf<UnavailableException>());

        await SendAsync("last");

        Assert.That(_session.Heard.Skip(2), Is.EqualTo(["notified lost again", "notified last"]));
    }

    [Test]
    public async Task Pages_go_from_the_newest_back_and_stand_still_while_new_ones_come()
    {
        for (var i = 1; i <= 7; i++)
            await SendAsync($"n{i}");
        var first = await ListAsync(null, 3);
        await SendAsync("n8");
        var second = await ListAsync(first.Notifications[^1].Uid, 3);
        var third = await ListAsync(second.Notifications[^1].Uid, 3);

        Assert.That(Titles(first).Concat(Titles(second)).Concat(Titles(third)), Is.EqualTo(["n7", "n6", "n5", "n4", "n3", "n2", "n1"]));
        Assert.That((first.HasMore, second.HasMore, third.HasMore), Is.EqualTo((true, true, false)));
        Assert.That(third.Unread, Is.EqualTo(8));
    }

    [TestCase(0, 50)]
    [TestCase(-5, 50)]
    [TestCase(1000, 200)]
    public async Task A_page_has_a_bound(int limit, int count)
    {
        for (var i = 0; i < 201; i++)
            await SendAsync("n");

        Assert.That((await ListAsync(null, limit)).Notifications, Has.Count.EqualTo(count));
    }

    [Test]
    public async Task Reading_some_or_all_counts_what_was_not_read_and_touches_nobody_elses()
    {
        var sent = new List<Guid>();
        for (var i = 1; i <= 4; i++)
            sent.Add((await SendAsync($"n{i}")).Value.Uid);
        var other = CallerOf(_scene.Store.AddUser(Role.Customer, "minh"));
        Assert.That((await _notifications.MarkReadAsync(other, sent, default)).Value, Is.Zero);

        Assert.That((await _notifications.MarkReadAsync(Self, [sent[0], sent[1], Guid.NewGuid()], default)).Value, Is.EqualTo(2));
        Assert.That((await _notifications.MarkReadAsync(Self, [sent[0]], default)).Value, Is.Zero);
        var unread = (await _notifications.ListAsync(Self, new NotificationQuery(null, 10, UnreadOnly: true), default)).Value;
        Assert.That((Titles(unread), unread.Unread), Is.EqualTo((new[] { "n4", "n3" }, 2L)));
        Assert.That((await _notifications.MarkReadAsync(Self, null, default)).Value, Is.EqualTo(2));
        Assert.That((await ListAsync(null, 10)).Unread, Is.Zero);
        var many = Enumerable.Range(0, NotificationService.MaxNamed + 1).Select(_ => Guid.NewGuid()).ToList();
        Assert.That((await _notifications.MarkReadAsync(Self, many, default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
    }

    [Test]
    public async Task What_came_after_one_and_is_not_read_is_read_in_order()
    {
        var first = (await SendAsync("n1")).Value;
        var read = (await SendAsync("n2")).Value;
        await SendAsync("n3");
        await _notifications.MarkReadAsync(Self, [read.Uid], default);

        var seq = (await _notifications.FindSeqAsync(Self, first.Uid, default)).Value;
        Assert.That((await _notifications.ReadAfterAsync(Self, seq, default)).Select(n => n.Title), Is.EqualTo(["n3"]));
        Assert.That((await _notifications.FindSeqAsync(Self, Guid.NewGuid(), default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
        Assert.That((await _notifications.FindSeqAsync(CallerOf(_scene.Store.AddUser(Role.Customer, "minh")), first.Uid, default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid), "somebody else's is none");
        Assert.That((await _notifications.ListAsync(Self, new NotificationQuery(Guid.NewGuid(), 10, false), default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
    }

    private Caller Self => CallerOf(_user);

    private Caller Service => Self with { IsService = true };

    private static Caller CallerOf(User user) => new(user, "test", DateTimeOffset.MaxValue);

    private SendNotification Command(string title, string? key = null, Dictionary<string, string>? data = null) =>
        new(_user, "shop", title, "", "order_update", data ?? [], key);

    private Task<Result<Notification>> SendAsync(string title, string? key = null, Dictionary<string, string>? data = null) =>
        _notifications.SendAsync(Service, Command(title, key, data), default);

    private async Task<NotificationPage> ListAsync(Guid? before, int limit) =>
        (await _notifications.ListAsync(Self, new NotificationQuery(before, limit, UnreadOnly: false), default)).Value;

    private static string[] Titles(NotificationPage page) => [.. page.Notifications.Select(n => n.Title)];
}
