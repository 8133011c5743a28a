using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

public sealed class PushDeliveryTests
{
    private PushScene _scene = null!;
    private User _customer = null!;
    private User _staff = null!;
    private Conversation _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _scene = await PushScene.StartAsync();
        _customer = await _scene.AddAsync(Role.Customer, "lan", "lan-phone");
        _staff = await _scene.AddAsync(Role.Staff, "minh", "minh-phone", "minh-tablet");
        _channel = await _scene.ChannelAsync(_customer);
    }

    [TearDown]
    public async Task Stop() => await _scene.DisposeAsync();

    [Test]
    public async Task A_customers_message_reaches_every_device_of_staff_in_the_documents_words()
    {
        await _scene.AddAsync(Role.Admin, "chu", "admin-phone");
        await _scene.AddAsync(Role.Customer, "other", "other-phone");
        var message = await _scene.SayAsync(_customer, _channel);
        Assert.That(_scene.Google.Devices, Is.EquivalentTo(new[] { "minh-phone", "minh-tablet", "admin-phone" }));
        var sent = _scene.Google.Requests.First().GetProperty("message");
        Assert.That(sent.GetProperty("notification").GetRawText(), Is.EqualTo(JsonOf(new { title = "Tin nhắn mới từ Họ tên lan", body = "Còn bàn không?" })));
        Assert.That(sent.GetProperty("data").GetRawText(), Is.EqualTo(JsonOf(new
        {
            type = "chat",
            message_id = $"{message.Id.Value}",
            conversation_id = $"{_channel.Id.Value}",
            customer_id = $"{_customer.Id.Value}",
        })));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)), "what is done is gone");
    }

    [Test]
    public async Task A_message_of_staff_reaches_the_customer_who_does_not_learn_which_employee_wrote()
    {
        await _scene.SayAsync(_staff, _channel);
        Assert.That(_scene.Google.Devices, Is.EqualTo(new[] { "lan-phone" }));
        var title = _scene.Google.Requests.Single().GetProperty("message").GetProperty("notification").GetProperty("title").GetString();
        Assert.That(title, Is.EqualTo("Tin nhắn mới từ Nhân viên"));
    }

    [TestCase(99)]
    [TestCase(100)]
    [TestCase(101)]
    [TestCase(10_000)]
    public async Task The_body_is_the_first_hundred_characters_and_never_half_of_one(int length)
    {
        var text = string.Concat(Enumerable.Repeat("🍜", length / 2)) + new string('a', length % 2);
        await _scene.SayAsync(_staff, _channel, text);
        var body = _scene.Google.Requests.Single().GetProperty("message").GetProperty("notification").GetProperty("body").GetString();
        Assert.That(body, Is.EqualTo(length > 200 ? text[..200] : text), "a hundred characters of two code units each");
    }

    [Test]
    public async Task Nobody_is_pushed_who_has_somebody_there_to_hear()
    {
        var session = _scene.Fanout.Session(_customer, Room.InboxOf(_customer.Id));
        await _scene.SayAsync(_staff, _channel);
        Assert.That(_scene.Google.Devices, Is.Empty);
        _scene.Fanout.Adapter.SetAway(session, isAway: true);
        await _scene.SayAsync(_staff, _channel);
        Assert.That(_scene.Google.Devices, Is.EqualTo(new[] { "lan-phone" }), "a client that is gone for the moment does not count");
        _scene.Fanout.Adapter.SetAway(session, isAway: false);
        await _scene.SayAsync(_staff, _channel);
        Assert.That(_scene.Google.Devices, Has.Length.EqualTo(1));
        _scene.Fanout.Adapter.LeaveAll(session);
        await _scene.SayAsync(_staff, _channel);
        Assert.That(_scene.Google.Devices, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task One_of_staff_who_is_there_speaks_for_all_of_them_and_the_sender_for_nobody()
    {
        _scene.Fanout.Session(_customer, Room.InboxOf(_customer.Id), Room.Of(_channel.Id));
        await _scene.SayAsync(_customer, _channel);
        Assert.That(_scene.Google.Devices, Has.Length.EqualTo(2), "the customer's own session is none of the other side's");
        _scene.Fanout.Session(await _scene.AddAsync(Role.Staff, "hoa"), Room.DeskOf(ConversationKind.Channel));
        await _scene.SayAsync(_customer, _channel);
        Assert.That(_scene.Google.Devices, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_session_that_does_not_hear_this_conversation_is_no_reader_of_it()
    {
        _scene.Fanout.Session(_staff, Room.DeskOf(ConversationKind.Room), Room.Staff, Room.Of(_staff.Id));
        await _scene.SayAsync(_customer, _channel);
        Assert.That(_scene.Google.Devices, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_device_that_google_no_longer_knows_is_forgotten_and_the_others_are_told()
    {
        _scene.Google.Answer("minh-phone", 404, FcmDouble.Error(404, "NOT_FOUND", "UNREGISTERED"));
        await _scene.SayAsync(_customer, _channel);
        Assert.That(await _scene.TokensOfAsync(_staff), Is.EqualTo(new[] { "minh-tablet" }));
        Assert.That(_scene.Google.Devices, Is.EquivalentTo(new[] { "minh-phone", "minh-tablet" }));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_message_that_waits_is_not_pushed_once_somebody_is_there()
    {
        _scene.Google.Answer("lan-phone", 503);
        await _scene.SayAsync(_staff, _channel);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((1, 0)));
        _scene.Fanout.Session(_customer, Room.InboxOf(_customer.Id));
        _scene.Time.Advance(TimeSpan.FromMinutes(1));
        await _scene.Worker.DrainAsync(default);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
        Assert.That(_scene.Google.Devices, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Nothing_secret_nor_what_was_said_is_logged()
    {
        _scene.Google.Answer("minh-phone", 404, FcmDouble.Error(404, "NOT_FOUND", "UNREGISTERED"));
        _scene.Google.Answer("minh-tablet", 500);
        await _scene.SayAsync(_customer, _channel);
        _scene.Time.Advance(TimeSpan.FromMinutes(1));
        await _scene.Worker.DrainAsync(default);
        var log = string.Join('\n', _scene.Log.Entries.Select(entry => $"{entry.Text} {entry.Exception}"));
        Assert.That(log.Split('\n'), Has.Length.EqualTo(3));
        Assert.That(log, Does.Not.Contain("minh-").And.Not.Contain("ya29").And.Not.Contain("bàn"));
    }

    private static string JsonOf<T>(T value) => System.Text.Json.JsonSerializer.Serialize(value);
}
