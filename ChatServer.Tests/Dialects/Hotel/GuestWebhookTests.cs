using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>What guests write by telephone: contracts S3-5, S3-7 to S3-13.</summary>
public sealed class GuestWebhookTests
{
    private const string Secret = "the-gateway-and-we-know-this";
    private const string OldSecret = "the-gateway-knew-this-before";

    private House _house = null!;

    [SetUp]
    public async Task Open() => _house = await House.OpenAsync();

    [TearDown]
    public void Close() => _house.Dispose();

    [Test]
    public async Task A_message_is_answered_with_where_it_went()
    {
        var answer = await _house.WriteAsync("hello", "RECEPTION");

        Assert.That(answer.Body.EnumerateObject().Select(field => field.Name), Is.EqualTo(new[]
        {
            "success", "message_id", "conversation_id", "department", "conversation_type", "conversation_created",
        }));
        Assert.That((answer.Text("department"), answer.Text("conversation_type"), answer.Body.GetProperty("conversation_created").GetBoolean()), Is.EqualTo(("Reception", "service", true)));
        var second = await _house.WriteAsync("again");
        Assert.That(second.Long("conversation_id"), Is.EqualTo(answer.Long("conversation_id")));
        Assert.That(second.Body.GetProperty("conversation_created").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Fifty_calls_at_once_begin_one_conversation()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _house.WriteAsync($"message {i}")));

        Assert.That(answers.Select(answer => answer.Long("conversation_id")).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Select(answer => answer.Long("message_id")).Distinct().Count(), Is.EqualTo(50));
        Assert.That(answers.Count(answer => answer.Body.GetProperty("conversation_created").GetBoolean()), Is.EqualTo(1));
        Assert.That((await _house.CallAsync("GET", "conversations/", user: _house.Anna)).Body.GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase(1, "Reception", "checkin")]
    [TestCase(0, "Reception", "service")]
    [TestCase(2, "Reception", "general")]
    [TestCase(0, "management", "demo")]
    public async Task The_stay_tells_the_type(int guest, string department, string type) =>
        Assert.That((await _house.WriteAsync("hello", department, ((string[])[_house.Guest, _house.Expected, _house.Departed])[guest])).Text("conversation_type"), Is.EqualTo(type));

    [Test]
    public async Task A_guest_who_has_arrived_since_begins_another_conversation()
    {
        var before = await _house.WriteAsync("arriving", number: _house.Expected);
        await _house.PutAsync(new { stays = new[] { new { id = _house.Id + 1, guestId = _house.Id + 2, hotelId = _house.Id, roomNumber = "102", status = "active" } } });
        var after = await _house.WriteAsync("arrived", number: _house.Expected);

        Assert.That((before.Text("conversation_type"), after.Text("conversation_type")), Is.EqualTo(("checkin", "service")));
        Assert.That(after.Long("conversation_id"), Is.Not.EqualTo(before.Long("conversation_id")));
    }

    [Test]
    public async Task A_message_sent_twice_is_answered_alike_and_told_once()
    {
        await using var anna = await _house.StaffAsync(_house.Anna);
        var first = await _house.WriteAsync("once", id: "wamid.1");
        await _house.CallAsync("POST", "conversations/close/", new { conversation_id = first.Long("conversation_id") }, _house.Anna);
        var second = await _house.WriteAsync("once", id: "wamid.1");
        var third = await _house.HookAsync(new { whatsapp_number = _house.Guest, message = "once", department = "Reception", whatsapp_message_id = "wamid.1" });
        var other = await _house.HookAsync(new { whatsapp_number = _house.Guest, message = "other", department = "Reception", message_id = "wamid.1" });
        await anna.SettleAsync();

        Assert.That(second.Body.GetRawText(), Is.EqualTo(first.Body.GetRawText()));
        Assert.That(third.Body.GetRawText(), Is.EqualTo(first.Body.GetRawText()));
        Assert.That(other.Status, Is.EqualTo(409));
        Assert.That(anna.Contents, Is.EqualTo(new[] { "once" }));
    }

    [Test]
    public async Task A_conversation_wins_over_a_department_and_must_be_the_guests_and_open()
    {
        var housekeeping = (await _house.WriteAsync("towels", "Housekeeping")).Long("conversation_id");
        var foreign = (await _house.WriteAsync("hello", number: _house.Departed)).Long("conversation_id");

        Assert.That((await HookAsync(housekeeping)).Text("department"), Is.EqualTo("Housekeeping"));
        await CheckRefusalAsync(HookAsync(foreign), 404, "Conversation not found or access denied");
        await CheckRefusalAsync(HookAsync(999_999_999), 404, "Conversation not found or access denied");
        await _house.CallAsync("POST", "conversations/close/", new { conversation_id = housekeeping }, _house.Cleo);
        await CheckRefusalAsync(HookAsync(housekeeping), 404, "Conversation not found or access denied");

        Task<Answer> HookAsync(long conversation) =>
            _house.HookAsync(new { whatsapp_number = _house.Guest, message = "x", department = "Reception", conversation_id = conversation });
    }

    [TestCase("""{"message":"x","department":"Reception"}""", 400, "whatsapp_number is required")]
    [TestCase("""{"whatsapp_number":"abc","message":"x","department":"Reception"}""", 400, "whatsapp_number is not a telephone number")]
    [TestCase("""{"whatsapp_number":"+4900000000","message":"x","department":"Reception"}""", 404, "Guest not found")]
    [TestCase("""{"whatsapp_number":"STRANGER","message":"x","department":"Reception"}""", 400, "Guest does not have an active stay")]
    [TestCase("""{"whatsapp_number":"GUEST","message":"x"}""", 400, "department or conversation_id is required")]
    [TestCase("""{"whatsapp_number":"GUEST","message":"x","department":"Spa"}""", 400, "Department not found")]
    [TestCase("""{"whatsapp_number":"GUEST","message":"  ","department":"Reception"}""", 400, "message is required")]
    [TestCase("""{"whatsapp_number":"GUEST","message":"x","message_type":"system","department":"Reception"}""", 400, "Invalid message type")]
    [TestCase("""{"whatsapp_number":"GUEST","message":"x","department":"Reception","conversation_id":"x"}""", 400, "Invalid data")]
    [TestCase("""{"whatsapp_number":5,"message":"x"}""", 400, "Invalid data")]
    [TestCase("""{"whatsapp_number":""", 400, "Invalid data")]
    public async Task Bad_calls_are_refused_by_name_and_store_nothing(string body, int status, string error)
    {
        var before = await CountAsync();
        await CheckRefusalAsync(_house.HookAsync(body.Replace("GUEST", _house.Guest, StringComparison.Ordinal).Replace("STRANGER", _house.Stranger, StringComparison.Ordinal)), status, error);
        Assert.That(await CountAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_number_is_found_however_it_is_written()
    {
        var spaced = await _house.WriteAsync("spaced", number: $"({_house.Guest[1..4]}) {_house.Guest[4..]}");

        var guest = (await _house.CallAsync("GET", $"conversations/{spaced.Long("conversation_id")}/", user: _house.Anna)).Body.GetProperty("conversation").GetProperty("guest_info");
        Assert.That(guest.GetProperty("whatsapp_number").GetString(), Is.EqualTo(_house.Guest), "as it is stored");
    }

    [Test]
    public async Task A_number_is_heard_so_often_a_minute()
    {
        await using var server = await HotelServer.StartAsync(("Hotel__PerNumberPerMinute", "3"));
        using var house = await House.OpenAsync(server);
        for (var i = 0; i < 5; i++)
            Assert.That(await HandshakeRefused.OfAsync(() => house.GuestAsync()), Is.EqualTo(i < 3 ? 101 : 429), "who knocks is counted apart");
        for (var i = 0; i < 3; i++)
            await house.WriteAsync($"{i}");
        var refused = await house.HookAsync(new { whatsapp_number = house.Guest, message = "x", department = "Reception" });

        Assert.That((refused.Status, refused.RetryAfter), Is.EqualTo((429, (string?)"20")));
        Assert.That((await house.WriteAsync("another", number: house.Departed)).Status, Is.EqualTo(201), "others are not held up");
    }

    [Test]
    public async Task Signed_calls_are_taken_once_within_the_window_and_others_never()
    {
        await using var server = await HotelServer.StartAsync(("Hotel__AllowUnsignedWebhook", "false"), ("Hotel__WebhookSecret", Secret), ("Hotel__WebhookOldSecret", OldSecret));
        using var house = await House.OpenAsync(server);
        var body = JsonSerializer.Serialize(new { whatsapp_number = house.Guest, message = "signed", department = "Reception" });
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var taken = await CallAsync(now, Secret);
        var again = await CallAsync(now, Secret);
        var rotated = await CallAsync(now, OldSecret);
        Assert.That(taken.Status, Is.EqualTo(201), taken.Body.ToString());
        Assert.That(again.Body.GetRawText(), Is.EqualTo(taken.Body.GetRawText()), "replayed within the window it is the same message");
        Assert.That(rotated.Status, Is.EqualTo(201));
        var before = await CountAsync();
        await CheckRefusalAsync(CallAsync(now - 301, Secret), 401, "The webhook call is too old");
        await CheckRefusalAsync(CallAsync(now + 400, Secret), 401, "The webhook call is too old");
        await CheckRefusalAsync(CallAsync(now, "another-secret-altogether"), 401, "Invalid webhook signature");
        await CheckRefusalAsync(CallAsync(now, Secret, sent: body.Replace("signed", "forged", StringComparison.Ordinal)), 401, "Invalid webhook signature");
        await CheckRefusalAsync(CallAsync(now, Secret, stamp: now - 1), 401, "Invalid webhook signature");
        await CheckRefusalAsync(house.HookAsync(body), 401, "Invalid webhook signature");
        Assert.That(await CountAsync(), Is.EqualTo(before));

        Task<Answer> CallAsync(long time, string secret, string? sent = null, long? stamp = null)
        {
            var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}")));
            return house.HookAsync(sent ?? body, ("X-Webhook-Timestamp", (stamp ?? time).ToString(CultureInfo.InvariantCulture)), ("X-Webhook-Signature", $"sha256={signature}"));
        }
    }

    [Test]
    public async Task Production_takes_no_unsigned_call_unasked_and_names_the_switch()
    {
        await using var server = await HotelServer.StartAsync(("Hotel__AllowUnsignedWebhook", "false"));
        using var house = await House.OpenAsync(server);
        var refused = await house.HookAsync(new { whatsapp_number = house.Guest, message = "x", department = "Reception" });

        Assert.That((refused.Status, refused.Error), Is.EqualTo((403, "The webhook takes no unsigned calls here; set Hotel__WebhookSecret, or Hotel__AllowUnsignedWebhook=true")));
    }

    [Test]
    public async Task Only_the_gateways_network_may_call_where_it_is_named()
    {
        await using var server = await HotelServer.StartAsync(("Hotel__WebhookNetworks", "192.0.2.0/24,2001:db8::/32"));
        using var house = await House.OpenAsync(server);

        await CheckRefusalAsync(house.HookAsync(new { whatsapp_number = house.Guest, message = "x", department = "Reception" }), 403, "This address may not call the webhook");
    }

    [Test]
    public async Task Weak_modes_are_warned_about_once_and_counted()
    {
        await using var server = await HotelServer.StartAsync();
        using var house = await House.OpenAsync(server);
        await house.WriteAsync("hello");
        await using var guest = await house.GuestAsync();
        using var operators = new HttpClient();
        var metrics = await operators.GetStringAsync(new Uri(server.Admin, "/metrics"));

        Assert.That(metrics, Does.Contain("chatserver_hotel_weak_total{mode=\"unsigned_webhook\"} 1").And.Contain("chatserver_hotel_weak_total{mode=\"guest_by_number\"} 1"));
        Assert.That(metrics, Does.Contain("chatserver_hotel_sockets 1"));
        Assert.That(server.Transcript.Split("The unsigned webhook works here").Length, Is.EqualTo(2));
        Assert.That(server.Transcript.Split("A guest's number as the only proof of who it is works here").Length, Is.EqualTo(2));
    }

    private static async Task CheckRefusalAsync(Task<Answer> call, int status, string error)
    {
        var answer = await call;
        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)), answer.Body.ToString());
    }

    /// <summary>Conversations and messages of this fixture's database; its tests run one after another.</summary>
    private static async Task<long> CountAsync()
    {
        await using var connection = new Npgsql.NpgsqlConnection(HotelServer.Database + ";Pooling=false");
        return await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM conversations)");
    }
}
