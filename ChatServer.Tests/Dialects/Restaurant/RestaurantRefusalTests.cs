using System.Globalization;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Restaurant;
using ChatServer.Tests.Dialects.Consult;

namespace ChatServer.Tests.Dialects.Restaurant;

/// <summary>Bad input of every kind: the documented text and status, nothing stored, and a connection that lives on.</summary>
public sealed class RestaurantRefusalTests
{
    private static readonly string TooLong = new('x', 10_001);

    private RestaurantHost _host = null!;
    private User _customer = null!;
    private User _staff = null!;
    private long _foreign;

    [SetUp]
    public async Task SetUp()
    {
        _host = await RestaurantHost.StartAsync();
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _staff = _host.Store.AddUser(Role.Staff, "staff1");
        _foreign = _host.Store.AddRoom(_host.Store.AddUser(Role.Customer, "customer2"), kind: ConversationKind.Channel).Id.Value;
    }

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [TestCase("send_message", """{"noi_dung":"a"}""", "invalid", "Thiếu customer_id")]
    [TestCase("send_message", """{"noi_dung":"a","customer_id":null}""", "invalid", "Thiếu customer_id")]
    [TestCase("send_message", """{"noi_dung":"a","customer_id":999}""", "not_found", "Người dùng không tồn tại")]
    [TestCase("send_message", """{"noi_dung":"a","customer_id":2}""", "invalid", "Loại người dùng không hợp lệ")]
    [TestCase("send_message", """{"noi_dung":"a","customer_id":"x"}""", "invalid", "customer_id has the wrong type")]
    [TestCase("send_message", """{"customer_id":1}""", "invalid", "Nội dung tin nhắn trống")]
    [TestCase("send_message", """{"noi_dung":" \t\n","customer_id":1}""", "invalid", "Nội dung tin nhắn trống")]
    [TestCase("send_message", """{"noi_dung":5,"customer_id":1}""", "invalid", "noi_dung has the wrong type")]
    [TestCase("send_message", """{"noi_dung":"LONG","customer_id":1}""", "invalid", "Nội dung tin nhắn không được dài quá 10000 ký tự")]
    [TestCase("send_message", "[]", "invalid", "The payload must be an object")]
    [TestCase("send_message", "", "invalid", "The payload is missing")]
    [TestCase("typing", """{"is_typing":true}""", "invalid", "Thiếu customer_id")]
    [TestCase("typing", """{"is_typing":"maybe","customer_id":1}""", "invalid", "is_typing has the wrong type")]
    [TestCase("join_conversation", "{}", "invalid", "Thiếu customer_id")]
    [TestCase("join_conversation", """{"customer_id":2}""", "invalid", "Loại người dùng không hợp lệ")]
    [TestCase("dance", "{}", "invalid", "Unknown event")]
    public async Task A_bad_event_is_answered_and_told_of(string name, string argument, string code, string text)
    {
        await using var staff = await _host.ConnectAsync(_staff);

        var ack = await staff.AskAsync(name, argument.Replace("LONG", TooLong, StringComparison.Ordinal));

        Wire.CheckJson(ack.GetRawText(), $$$"""{"ok":false,"error":{"code":"{{{code}}}","message":"{{{text}}}"}}""");
        Wire.CheckJson((await staff.EventAsync("error")).GetRawText(), $$"""{"message":"{{text}}","code":"{{code}}","event":"{{name}}"}""");
        Assert.That((_host.Store.Messages, _host.Store.Conversations.Count), Is.EqualTo((Array.Empty<object>(), 1)), "nothing is stored");
        Assert.That((await staff.AskAsync("send_message", """{"noi_dung":"vẫn đây","customer_id":1}""")).GetProperty("ok").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Only_staff_look_at_a_customers_conversation()
    {
        await using var customer = await _host.ConnectAsync(_customer);

        var ack = await customer.AskAsync("join_conversation", """{"customer_id":3}""");

        Assert.That(ack.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("forbidden"));
    }

    [Test]
    public async Task An_error_names_the_clients_own_message()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await customer.AskAsync("send_message", """{"noi_dung":"","temp_id":"tmp-7"}""");

        Assert.That((await customer.EventAsync("error")).GetProperty("temp_id").GetString(), Is.EqualTo("tmp-7"));
    }

    [TestCase("""{"noi_dung":""}""", 400, """{"error":"Nội dung tin nhắn không được để trống"}""")]
    [TestCase("""{"noi_dung":"  "}""", 400, """{"error":"Nội dung tin nhắn không được để trống"}""")]
    [TestCase("{}", 400, """{"error":"Nội dung tin nhắn không được để trống"}""")]
    [TestCase("""{"noi_dung":null}""", 400, """{"error":"Nội dung tin nhắn không được để trống"}""")]
    [TestCase("""{"noi_dung":"LONG"}""", 400, """{"error":"Nội dung tin nhắn không được dài quá 10000 ký tự"}""")]
    [TestCase("""{"noi_dung":5}""", 400, """{"error":"Dữ liệu không hợp lệ","details":"noi_dung has the wrong type"}""")]
    [TestCase("{", 400, """{"error":"Dữ liệu không hợp lệ","details":"The body is not a JSON object"}""")]
    [TestCase("null", 400, """{"error":"Dữ liệu không hợp lệ","details":"The body must be an object"}""")]
    public async Task A_bad_post_gets_the_documented_answer(string body, int status, string answer)
    {
        var own = await OwnAsync();

        Wire.CheckJson((await _host.PostAsync(_customer, $"/api/chat/conversations/{own}/send_message/", body.Replace("LONG", TooLong, StringComparison.Ordinal)).JsonAsync(status)).GetRawText(), answer);
        Assert.That(_host.Store.Messages, Is.Empty);
    }

    [TestCase(0)]
    [TestCase(999)]
    public async Task A_customer_may_not_write_elsewhere_nor_learn_whether_it_exists(long absent)
    {
        var id = absent == 0 ? _foreign : absent;

        Wire.CheckJson((await _host.SayAsync(_customer, id, "a").JsonAsync(403)).GetRawText(), """{"error":"Bạn không có quyền gửi tin trong conversation này"}""");
        foreach (var path in new[] { $"conversations/{id}/", $"conversations/{id}/messages/", "messages/999/" })
            Wire.CheckJson((await _host.GetAsync(_customer, $"/api/chat/{path}").JsonAsync(404)).GetRawText(), """{"detail":"Not found."}""");
        Assert.That((_host.Store.Messages.Count, _host.Store.Markers.Count), Is.EqualTo((0, 0)));
    }

    [TestCase("/api/chat/conversations/999/", "GET", 404)]
    [TestCase("/api/chat/conversations/abc/", "GET", 404)]
    [TestCase("/api/chat/conversations/999/messages/", "GET", 404)]
    [TestCase("/api/chat/conversations/999/send_message/", "POST", 404)]
    [TestCase("/api/chat/nowhere/", "GET", 404)]
    [TestCase("/api/chat/messages/abc/", "GET", 404)]
    public async Task What_is_not_there_is_not_found(string path, string method, int status)
    {
        var sent = method is "GET" ? _host.GetAsync(_staff, path) : _host.PostAsync(_staff, path, """{"noi_dung":"a"}""");

        Wire.CheckJson((await sent.JsonAsync(status)).GetRawText(), """{"detail":"Not found."}""");
    }

    [TestCase("conversations/", "GET")]
    [TestCase("conversations/my_conversation/", "GET")]
    [TestCase("conversations/1/", "GET")]
    [TestCase("conversations/1/messages/", "GET")]
    [TestCase("messages/", "GET")]
    [TestCase("conversations/1/send_message/", "POST")]
    public async Task Without_a_good_token_nothing_is_shown(string path, string method)
    {
        foreach (var (authorization, answer) in new[]
        {
            (null, """{"detail":"Authentication credentials were not provided."}"""),
            ("Basic eDp5", """{"detail":"Authentication credentials were not provided."}"""),
            ("Bearer nonsense", """{"detail":"Given token not valid for any token type","code":"token_not_valid"}"""),
            ($"Bearer {_host.Token(_customer, TimeSpan.FromMinutes(-5))}", """{"detail":"Given token not valid for any token type","code":"token_not_valid"}"""),
            ($"Bearer {_host.Token(_customer, type: "refresh")}", """{"detail":"Given token not valid for any token type","code":"token_not_valid"}"""),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/chat/{path}");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            Wire.CheckJson((await _host.Client.SendAsync(request).JsonAsync(401)).GetRawText(), answer);
        }
    }

    [Test]
    public async Task Another_content_type_and_too_long_a_body_are_refused()
    {
        var path = $"/api/chat/conversations/{await OwnAsync()}/send_message/";

        await _host.PostAsync(_customer, path, "noi_dung=a", "application/x-www-form-urlencoded").JsonAsync(415);
        await _host.PostAsync(_customer, path, $$"""{"noi_dung":"{{new string('x', 1_000_001)}}"}""").JsonAsync(413);
    }

    [Test]
    public async Task Who_speaks_too_fast_is_told_when_to_come_back_at_either_door()
    {
        var own = await OwnAsync();
        await using var customer = await _host.ConnectAsync(_customer);
        for (var i = 0; i < RestaurantHost.Burst; i++)
            await customer.AskAsync("send_message", $$"""{"noi_dung":"{{i}}"}""");

        var ack = await customer.AskAsync("send_message", """{"noi_dung":"nữa"}""");
        Assert.That(ack.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("RATE_LIMITED"));
        var error = await customer.EventAsync("error");
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo("RATE_LIMITED"));
        Assert.That(error.GetProperty("message").GetString(), Is.Not.Empty);

        using var refused = await _host.SayAsync(_customer, own, "nữa");
        Assert.That((int)refused.StatusCode, Is.EqualTo(429));
        Assert.That(int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), Is.Positive);
        Assert.That(JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("code").GetString(), Is.EqualTo("RATE_LIMITED"));
        Assert.That(_host.Store.Messages, Has.Count.EqualTo(RestaurantHost.Burst));
        Assert.That((await customer.AskAsync("typing", "{}")).GetProperty("ok").GetBoolean(), Is.True, "typing is counted apart");
    }

    [Test]
    public async Task A_store_that_is_away_is_told_at_either_door()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        _host.Store.Failure = new UnavailableException(ChatError.DbUnavailable);

        var ack = await customer.AskAsync("send_message", """{"noi_dung":"a"}""");
        using var refused = await _host.GetAsync(_customer, "/api/chat/conversations/");

        Assert.That(ack.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("db_unavailable"));
        Assert.That(((int)refused.StatusCode, refused.Headers.Contains("Retry-After")), Is.EqualTo((503, true)));
        _host.Store.Failure = null;
    }

    [Test]
    public void Every_kind_of_failure_has_its_words() =>
        Assert.That(RestaurantErrors.Table.Keys, Is.EquivalentTo(Enum.GetValues<ErrorCode>()));

    private async Task<long> OwnAsync() =>
        (await _host.GetAsync(_customer, "/api/chat/conversations/my_conversation/").JsonAsync(200)).GetProperty("id").GetInt64();
}
