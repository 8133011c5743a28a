using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Support;
using Reader = ChatServer.Tests.Dialects.Midimo.Streams.StreamReader<ChatServer.Dialects.Midimo.Wire.Notification>;

namespace ChatServer.Tests.Dialects.Midimo.Streams;

/// <summary>NotificationService over gRPC: sent, listed, read, and heard without a gap.</summary>
internal sealed class NotificationRpcTests
{
    private StreamHost _host = null!;

    [SetUp]
    public async Task StartAsync() => _host = await StreamHost.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Faults.Entries, Is.Empty);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_notification_is_answered_listed_and_heard_as_it_was_sent()
    {
        await using var stream = await SubscribeAsync(_host.Client("lan"), "");
        var sent = await SendAsync("lan", "Đơn hàng 456");

        Assert.That((sent.UserId, sent.Title, sent.Body, sent.Type, sent.Data["order_id"], sent.CreatedAt, sent.ReadAt),
            Is.EqualTo(("lan", "Đơn hàng 456", "Đã giao", "order_update", "456", _host.Time.GetUtcNow().ToUnixTimeMilliseconds(), 0L)));
        Assert.That(await stream.NextAsync(), Is.EqualTo(sent));
        var listed = await ListAsync(_host.Client("lan"), "lan");
        Assert.That((listed.Notifications, listed.UnreadCount, listed.NextPageToken), Is.EqualTo((new[] { sent }, 1, "")));
    }

    [Test]
    public async Task Only_services_send_and_users_see_their_own_alone()
    {
        var client = _host.Client("lan");
        await SendAsync("minh", "for minh");

        Assert.That(await CodeOf(() => SendAsync("lan", "hello", client: client)), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await CodeOf(() => SendAsync("minh", "hello", client: client)), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await CodeOf(() => ListAsync(client, "minh")), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await CodeOf(() => MarkAsync(client, "minh")), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That((await ListAsync(client, "")).Notifications, Is.Empty);
    }

    [Test]
    public async Task Pages_are_told_by_tokens_and_read_ones_are_left_out_where_asked()
    {
        for (var i = 1; i <= 5; i++)
            await SendAsync("lan", $"n{i}");
        var first = await ListAsync(_host.Service, "lan", limit: 2);
        var second = await ListAsync(_host.Service, "lan", limit: 2, token: first.NextPageToken);
        var third = await ListAsync(_host.Service, "lan", limit: 2, token: second.NextPageToken);
        Assert.That(Titles(first).Concat(Titles(second)).Concat(Titles(third)), Is.EqualTo(new[] { "n5", "n4", "n3", "n2", "n1" }));
        Assert.That(third.NextPageToken, Is.Empty);

        Assert.That((await MarkAsync(_host.Client("lan"), "", first.Notifications[0].Id, first.Notifications[1].Id)).Marked, Is.EqualTo(2));
        var unread = await ListAsync(_host.Service, "lan", unreadOnly: true);
        Assert.That((Titles(unread), unread.UnreadCount), Is.EqualTo((new[] { "n3", "n2", "n1" }, 3)));
        Assert.That((await MarkAsync(_host.Service, "lan")).Marked, Is.EqualTo(3));
        Assert.That((await MarkAsync(_host.Service, "lan")).Marked, Is.Zero);
        Assert.That((await ListAsync(_host.Service, "lan")).Notifications, Has.All.Property("ReadAt").EqualTo(_host.Time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Test]
    public async Task A_repeat_under_a_key_is_one_notification_and_heard_once()
    {
        await using var stream = await SubscribeAsync(_host.Service, "lan");
        var first = await SendAsync("lan", "once", "key-1");
        var again = await SendAsync("lan", "once", "key-1");
        Assert.That(await CodeOf(() => SendAsync("lan", "another", "key-1")), Is.EqualTo(GrpcCode.AlreadyExists));
        await SendAsync("lan", "last");

        Assert.That(again, Is.EqualTo(first));
        Assert.That(new[] { (await stream.NextAsync()).Title, (await stream.NextAsync()).Title }, Is.EqualTo(new[] { "once", "last" }));
    }

    [Test]
    public async Task A_stream_begins_after_the_one_that_it_names()
    {
        var first = await SendAsync("lan", "n1");
        var read = await SendAsync("lan", "n2");
        await SendAsync("lan", "n3");
        await MarkAsync(_host.Service, "lan", read.Id);
        await using var stream = await SubscribeAsync(_host.Client("lan"), "", first.Id);
        await SendAsync("lan", "n4");

        Assert.That(new[] { (await stream.NextAsync()).Title, (await stream.NextAsync()).Title }, Is.EqualTo(new[] { "n3", "n4" }));
    }

    [Test]
    public async Task Nothing_is_lost_and_nothing_comes_twice_while_it_begins()
    {
        var first = await SendAsync("lan", "n0");
        var sending = Task.Run(async () =>
        {
            var sent = new List<string>();
            for (var i = 1; i <= 300; i++)
                sent.Add((await SendAsync("lan", $"n{i}")).Id);
            return sent;
        });
        var streams = new List<Reader>();
        for (var i = 0; i < 5; i++)
            streams.Add(await SubscribeAsync(_host.Service, "lan", first.Id));
        var sent = await sending;

        foreach (var stream in streams)
        {
            var heard = new List<string>();
            while (heard.Count < sent.Count)
                heard.Add((await stream.NextAsync()).Id);
            Assert.That(heard, Is.EqualTo(sent));
            await stream.DisposeAsync();
        }
    }

    [TestCase("no-uuid")]
    [TestCase("00000000-0000-0000-0000-000000000001")]
    public async Task An_id_that_means_nothing_is_refused(string id)
    {
        Assert.That(await CodeOf(() => ListAsync(_host.Service, "lan", token: id)), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(await StreamHost.Open<Notification>(_host.Service, Subscribe, new SubscribeNotificationsRequest { UserId = "lan", AfterId = id }).EndAsync(), Is.EqualTo(GrpcCode.InvalidArgument));
    }

    [Test]
    public async Task What_says_nothing_or_too_much_is_refused()
    {
        Assert.That(await CodeOf(() => SendAsync("lan", "", body: " ")), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(await CodeOf(() => SendAsync("lan", new string('t', 201))), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(await CodeOf(() => SendAsync("", "hello")), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(await CodeOf(() => MarkAsync(_host.Service, "lan", "no-uuid")), Is.EqualTo(GrpcCode.InvalidArgument));
    }

    private const string Subscribe = $"{NotificationRpc.Service}/SubscribeNotifications";

    /// <summary>A stream that stands: its session hears.</summary>
    private async Task<Reader> SubscribeAsync(GrpcClient client, string user, string after = "")
    {
        var before = _host.Get<MidimoStreams>().Open;
        var stream = StreamHost.Open<Notification>(client, Subscribe, new SubscribeNotificationsRequest { UserId = user, AfterId = after });
        stream.Begin();
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<MidimoStreams>().Open), open => open > before, "the stream stood");
        return stream;
    }

    private async Task<Notification> SendAsync(string user, string title, string key = "", string body = "Đã giao", GrpcClient? client = null) =>
        (await (client ?? _host.Service).CallAsync<SendNotificationResponse>(
            $"{NotificationRpc.Service}/SendNotification",
            new SendNotificationRequest { UserId = user, Title = title, Body = body, Type = "order_update", Data = { ["order_id"] = "456" } },
            default, ("x-idempotency-key", key))).Notification;

    private static Task<ListNotificationsResponse> ListAsync(GrpcClient client, string user, int limit = 0, string token = "", bool unreadOnly = false) => client.CallAsync<ListNotificationsResponse>(
        $"{NotificationRpc.Service}/ListNotifications", new ListNotificationsRequest { UserId = user, Limit = limit, PageToken = token, UnreadOnly = unreadOnly });

    private static Task<MarkNotificationsReadResponse> MarkAsync(GrpcClient client, string user, params string[] ids) => client.CallAsync<MarkNotificationsReadResponse>(
        $"{NotificationRpc.Service}/MarkNotificationsRead", new MarkNotificationsReadRequest { UserId = user, NotificationIds = { ids } });

    private static string[] Titles(ListNotificationsResponse page) => [.. page.Notifications.Select(notification => notification.Title)];

    private static async Task<GrpcCode> CodeOf(Func<Task> call) => (await Assert.ThrowsAsync<GrpcFailure>(call))!.Code;
}
