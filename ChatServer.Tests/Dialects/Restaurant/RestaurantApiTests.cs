using System.Text.Json;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;
using ChatServer.Tests.Dialects.Consult;

namespace ChatServer.Tests.Dialects.Restaurant;

/// <summary>The document's REST, as its clients call it.</summary>
public sealed class RestaurantApiTests
{
    private const string Path = "/api/chat/conversations/";

    private RestaurantHost _host = null!;
    private User _customer = null!;
    private User _staff = null!;
    private long _channel;

    [SetUp]
    public async Task SetUp()
    {
        _host = await RestaurantHost.StartAsync();
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _staff = _host.Store.AddUser(Role.Staff, "staff1");
        _channel = _host.Store.AddRoom(_customer, kind: ConversationKind.Channel).Id.Value;
    }

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [Test]
    public async Task Every_path_is_served_under_both_prefixes_with_and_without_a_slash()
    {
        await _host.SayAsync(_customer, _channel, "một").JsonAsync(201);
        foreach (var path in new[] { "conversations", "conversations/my_conversation", $"conversations/{_channel}", $"conversations/{_channel}/messages", "messages", "messages/1" })
        {
            foreach (var variant in new[] { $"/api/chat/{path}/", $"/api/chat/{path}", $"/api/{path}/", $"/api/{path}" })
                await _host.GetAsync(_customer, variant).JsonAsync(200);
        }
        foreach (var variant in new[] { $"/api/chat/conversations/{_channel}/send_message", $"/api/conversations/{_channel}/send_message/", $"/api/conversations/{_channel}/send_message" })
            await _host.PostAsync(_customer, variant, """{"noi_dung":"hai"}""").JsonAsync(201);
    }

    [Test]
    public async Task The_list_is_a_bare_array_in_the_documented_shape()
    {
        await _host.SayAsync(_customer, _channel, "Cảm ơn nhà hàng").JsonAsync(201);

        var list = await _host.GetAsync(_staff, Path).JsonAsync(200);

        var (conversation, said) = (_host.Store.Conversations.Values.Single(), _host.Store.Messages.Single().Message);
        Wire.CheckJson(list.GetRawText(), $$"""
            [{"id":1,"customer":1,"customer_info":{"id":1,"username":"customer1","ho_ten":"Nguyen Van A","loai_nguoi_dung":"khach_hang"},"is_staff_group":true,
              "created_at":"{{conversation.CreatedAt:yyyy-MM-ddTHH:mm:ss.ffffff}}Z","last_message_at":"{{conversation.LastMessageAt:yyyy-MM-ddTHH:mm:ss.ffffff}}Z",
              "last_message":{"id":1,"noi_dung":"Cảm ơn nhà hàng","thoi_gian":"{{said.CreatedAt:yyyy-MM-ddTHH:mm:ss.ffffff}}Z","nguoi_goi_name":"Nguyen Van A"},"unread_count":1}]
            """);
    }

    [Test]
    public async Task Staff_see_all_channels_the_newest_first_and_a_customer_their_own()
    {
        var second = _host.Store.AddUser(Role.Customer, "customer2");
        var channel = _host.Store.AddRoom(second, kind: ConversationKind.Channel).Id.Value;
        await _host.SayAsync(_customer, _channel, "trước").JsonAsync(201);
        await _host.SayAsync(second, channel, "sau").JsonAsync(201);

        Assert.That(Ids(await _host.GetAsync(_staff, Path).JsonAsync(200)), Is.EqualTo([channel, _channel]));
        Assert.That(Ids(await _host.GetAsync(second, Path).JsonAsync(200)), Is.EqualTo([channel]));
        Assert.That(Ids(await _host.GetAsync(_staff, "/api/chat/messages/").JsonAsync(200)), Is.EqualTo([2, 1]));
        Assert.That(Ids(await _host.GetAsync(second, "/api/chat/messages/").JsonAsync(200)), Is.EqualTo([2]));
        await _host.GetAsync(second, "/api/chat/messages/1/").JsonAsync(404);
    }

    [Test]
    public async Task My_conversation_is_made_on_the_first_call_and_is_for_customers_alone()
    {
        var newcomer = _host.Store.AddUser(Role.Customer, "customer2");

        var mine = await _host.GetAsync(newcomer, $"{Path}my_conversation/").JsonAsync(200);
        var again = await _host.GetAsync(newcomer, $"{Path}my_conversation/").JsonAsync(200);

        Assert.That(mine.GetProperty("customer").GetInt64(), Is.EqualTo(newcomer.Id.Value));
        Assert.That(mine.GetProperty("messages").GetArrayLength(), Is.Zero);
        Assert.That(mine.GetProperty("last_message").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(again.GetProperty("id").GetInt64(), Is.EqualTo(mine.GetProperty("id").GetInt64()));
        Wire.CheckJson((await _host.GetAsync(_staff, $"{Path}my_conversation/").JsonAsync(403)).GetRawText(), """{"error":"Chỉ khách hàng mới có thể gọi endpoint này"}""");
    }

    [TestCase("", new[] { "m1", "m2", "m3", "m4", "m5" })]
    [TestCase("?limit=2", new[] { "m4", "m5" })]
    [TestCase("?limit=2&offset=2", new[] { "m2", "m3" })]
    [TestCase("?limit=2&offset=4", new[] { "m1" })]
    [TestCase("?limit=2&offset=5", new string[0])]
    [TestCase("?limit=2&offset=9223372036854775807", new string[0])]
    [TestCase("?limit=0", new[] { "m5" })]
    [TestCase("?limit=-7&offset=-7", new[] { "m5" })]
    [TestCase("?limit=abc&offset=xyz", new[] { "m1", "m2", "m3", "m4", "m5" })]
    [TestCase("?limit=&offset=", new[] { "m1", "m2", "m3", "m4", "m5" })]
    [TestCase("?limit=100000", new[] { "m1", "m2", "m3", "m4", "m5" })]
    public async Task Messages_read_upwards_and_offset_counts_back_from_the_newest(string query, string[] expected)
    {
        for (var i = 1; i <= 5; i++)
            await _host.SayAsync(_customer, _channel, $"m{i}").JsonAsync(201);

        var read = await _host.GetAsync(_staff, $"{Path}{_channel}/messages/{query}").JsonAsync(200);

        Assert.That(read.EnumerateArray().Select(m => m.GetProperty("noi_dung").GetString()), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_message_has_both_spellings_and_a_customer_does_not_learn_who_answers()
    {
        await _host.SayAsync(_staff, _channel, "Dạ").JsonAsync(201);
        var stored = _host.Store.Messages.Single().Message;

        var seen = (await _host.GetAsync(_customer, $"{Path}{_channel}/messages/").JsonAsync(200))[0];
        Wire.CheckJson(seen.GetRawText(), $$"""
            {"id":1,"conversation":1,"conversation_id":1,"nguoi_goi":2,"nguoi_goi_id":2,"nguoi_goi_name":"Nhân viên","nguoi_goi_display":"Nhân viên",
             "nguoi_goi_info":{"id":2,"username":"nhan_vien","ho_ten":"Nhân viên","loai_nguoi_dung":"nhan_vien"},"noi_dung":"Dạ",
             "thoi_gian":"{{stored.CreatedAt:yyyy-MM-ddTHH:mm:ss.ffffff}}Z","seq":1}
            """);
        var colleague = (await _host.GetAsync(_staff, $"{Path}{_channel}/").JsonAsync(200)).GetProperty("messages")[0];
        Assert.That(colleague.GetProperty("nguoi_goi_name").GetString(), Is.EqualTo("Nguyen Van A"));
        Assert.That(colleague.GetProperty("nguoi_goi_info").GetProperty("username").GetString(), Is.EqualTo("staff1"));
        foreach (var path in new[] { Path, $"{Path}{_channel}/", $"{Path}my_conversation/", "/api/chat/messages/", "/api/chat/messages/1/" })
            Assert.That((await _host.GetAsync(_customer, path).JsonAsync(200)).GetRawText(), Does.Not.Contain("staff1"), path);
    }

    [Test]
    public async Task What_is_said_over_REST_is_heard_by_every_open_socket_once()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await using var staff = await _host.ConnectAsync(_staff);

        var sent = await _host.SayAsync(_customer, _channel, "qua REST").JsonAsync(201);

        foreach (var client in (ChatClient[])[customer, staff])
        {
            Assert.That((await client.EventAsync("new_message")).GetProperty("id").GetInt64(), Is.EqualTo(sent.GetProperty("id").GetInt64()));
            Assert.That(await client.UnreadAsync(), Has.None.Contains("new_message"));
        }
    }

    [Test]
    public async Task A_repeat_under_the_same_key_is_the_same_message_whichever_door_it_comes_by()
    {
        await using var staff = await _host.ConnectAsync(_staff);
        await using var customer = await _host.ConnectAsync(_customer);
        var first = await customer.AskAsync("send_message", """{"noi_dung":"một lần","temp_id":"k"}""");
        foreach (var again in new[]
        {
            await _host.SayAsync(_customer, _channel, "một lần", key: "k").JsonAsync(201),
            await _host.PostAsync(_customer, $"{Path}{_channel}/send_message/", """{"noi_dung":"một lần","client_id":"k"}""").JsonAsync(201),
        })
            Assert.That(again.GetProperty("id").GetInt64(), Is.EqualTo(first.GetProperty("message").GetProperty("id").GetInt64()));
        await staff.EventAsync("new_message");
        Assert.That(await staff.UnreadAsync(), Has.None.Contains("new_message"));
        Assert.That((await _host.SayAsync(_customer, _channel, "khác", key: "k").JsonAsync(409)).GetProperty("code").GetString(), Is.EqualTo("conflict"));
    }

    [Test]
    public async Task Unread_counts_the_other_side_until_it_is_fetched_or_answered()
    {
        var colleague = _host.Store.AddUser(Role.Staff, "staff2");
        await _host.SayAsync(_customer, _channel, "một").JsonAsync(201);
        await _host.SayAsync(_customer, _channel, "hai").JsonAsync(201);
        Assert.That(await UnreadAsync(_staff), Is.EqualTo(2));
        Assert.That(await UnreadAsync(_customer), Is.Zero, "one's own are read");

        await _host.GetAsync(_staff, $"{Path}{_channel}/messages/?limit=1").JsonAsync(200);
        Assert.That(await UnreadAsync(_staff), Is.Zero, "fetched");
        Assert.That(await UnreadAsync(colleague), Is.EqualTo(2), "by somebody else");

        await _host.SayAsync(colleague, _channel, "Dạ").JsonAsync(201);
        Assert.That(await UnreadAsync(colleague), Is.Zero, "answered");
        Assert.That(await UnreadAsync(_customer), Is.EqualTo(1));
        await _host.SayAsync(_customer, _channel, "ba").JsonAsync(201);
        Assert.That((await UnreadAsync(_customer), await UnreadAsync(colleague), await UnreadAsync(_staff)), Is.EqualTo((0, 1, 1)), "what colleagues say is not unread");
    }

    [Test]
    public async Task The_description_covers_this_dialect_and_has_a_page()
    {
        var document = await _host.GetAsync(null, "/openapi/restaurant.json").JsonAsync(200);
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();

        Assert.That(paths, Has.Count.EqualTo(9).And.All.StartsWith("/api/chat/"));
        var read = document.GetProperty("paths").EnumerateObject().Single(p => p.Name.Contains("{id}/messages", StringComparison.Ordinal)).Value.GetProperty("get");
        Assert.That(read.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("schema").GetProperty("type").GetString()), Is.EqualTo(["integer", "integer", "integer"]));
        using var page = await _host.GetAsync(null, "/docs/index.html");
        Assert.That((int)page.StatusCode, Is.EqualTo(200));
    }

    private async Task<int> UnreadAsync(User user) => (await _host.GetAsync(user, Path).JsonAsync(200))[0].GetProperty("unread_count").GetInt32();

    private static IEnumerable<long> Ids(JsonElement list) => list.EnumerateArray().Select(one => one.GetProperty("id").GetInt64());
}
