using System.Text.Json;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects.Midimo.Webhooks;
using ChatServer.Tests.Fanout;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>What is stored nowhere: heard when it is published, noted behind its back, told or dropped.</summary>
public sealed class WebhookEarsTests
{
    private readonly FanoutScene _fanout = new();
    private WebhookScene _scene = null!;
    private User _customer = null!;
    private Conversation _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _scene = await WebhookScene.StartAsync(options => options.Events = "user.typing,user.presence_changed");
        (_customer, _channel) = await _scene.AddChannelAsync();
    }

    [TearDown]
    public async Task Stop() => await _scene.DisposeAsync();

    [Test]
    public async Task Typing_is_told_in_its_order_and_everybody_else_hears_it_as_before()
    {
        using var notes = MakeNotes(_scene.Outbox);
        var ears = MakeEars(notes);
        var listener = _fanout.Session(await _scene.Store.AddUserAsync(Role.Staff), Room.DeskOf(ConversationKind.Channel));
        await notes.StartAsync(default);
        ears.Publish(new TypingStarted(_channel, _customer));
        ears.Publish(new TypingStopped(_channel, _customer));
        Assert.That(listener.Heard, Has.Count.EqualTo(2));
        await Eventually.GetAsync(_scene.CountAsync, count => count == (2, 0), "both were noted");
        await _scene.DrainAsync();
        Assert.That(_scene.Receiver.Deliveries.Select(one => (one.Type, one.Data.GetProperty("is_typing").GetBoolean())), Is.EqualTo(new[] { ("user.typing", true), ("user.typing", false) }));
        var data = _scene.Receiver.Deliveries.First().Data;
        Assert.That((data.GetProperty("thread_id").GetGuid(), data.GetProperty("user_id").GetString(), data.GetProperty("conversation_id").GetInt64()),
            Is.EqualTo((_channel.Uid, _customer.ExternalId, _channel.Id.Value)));
        await notes.StopAsync(default);
    }

    [Test]
    public async Task How_users_stand_is_told_as_they_stood_then_and_each_users_in_order()
    {
        using var notes = MakeNotes(_scene.Outbox);
        await notes.StartAsync(default);
        var at = _scene.Time.GetUtcNow();
        foreach (var status in new[] { PresenceStatus.Online, PresenceStatus.Offline })
            MakeEars(notes).Publish(new PresenceChanged(new UserPresence(_customer, status, "Đang ăn trưa", "web", at), [_customer.Id]));
        await Eventually.GetAsync(_scene.CountAsync, count => count == (2, 0), "both were noted");
        await _scene.DrainAsync();
        Assert.That(_scene.Receiver.Deliveries.Select(one => one.Type), Is.All.EqualTo("user.presence_changed"));
        Assert.That(_scene.Receiver.Deliveries.Select(one => one.Data.GetProperty("status").GetString()), Is.EqualTo(new[] { "ONLINE", "OFFLINE" }));
        Assert.That(JsonElement.DeepEquals(_scene.Receiver.Deliveries.First().Data, JsonElement.Parse($$"""
            {"user_id":"{{_customer.ExternalId}}","status":"ONLINE","custom_status":"Đang ăn trưa","device":"web","last_active_at":{{at.ToUnixTimeMilliseconds()}}}
            """)), Is.True);
        await notes.StopAsync(default);
    }

    [Test]
    public async Task Typing_that_could_not_be_told_in_half_a_minute_is_dropped_and_no_dead_letter()
    {
        using var notes = MakeNotes(_scene.Outbox);
        await notes.StartAsync(default);
        MakeEars(notes).Publish(new TypingStarted(_channel, _customer));
        await Eventually.GetAsync(_scene.CountAsync, count => count == (1, 0), "it was noted");
        _scene.Receiver.Answer(500);
        await _scene.DrainAsync();
        await _scene.AfterAsync(TimeSpan.FromSeconds(30));
        Assert.That(_scene.Receiver.Deliveries, Has.Count.EqualTo(1));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
        await notes.StopAsync(default);
    }

    [Test]
    public async Task A_store_that_is_away_is_waited_for_and_a_stop_writes_what_was_heard()
    {
        await using var late = new Database(Options.Create(new DatabaseOptions()), NullLogger<Database>.Instance);
        var log = new ListLogger<WebhookNotes>();
        using var notes = new WebhookNotes(new OutboxRepository(late, _scene.Time), _scene.Topic, _scene.Time, log);
        await notes.StartAsync(default);
        MakeEars(notes).Publish(new TypingStarted(_channel, _customer));
        await Eventually.GetAsync(() => Task.FromResult(log.Entries.Count), count => count > 0, "the store was not there");
        MakeEars(notes).Publish(new TypingStopped(_channel, _customer));
        late.Connect(_scene.Store.ConnectionString);
        await Eventually.GetAsync(() => Task.FromResult(_scene.Time.Timers), timers => timers > 0, "it waited");
        _scene.Time.Advance(1000);
        await Eventually.GetAsync(_scene.CountAsync, count => count == (2, 0), "both were noted");
        await notes.StopAsync(default);
    }

    [Test]
    public void Typing_is_not_told_unless_it_is_asked_for() =>
        Assert.That(new WebhookOptions().Wanted, Is.EquivalentTo(Enum.GetValues<OutboxEvent>().Except([OutboxEvent.Typing])));

    [Test]
    public async Task What_was_not_asked_for_is_not_noted()
    {
        using var notes = MakeNotes(_scene.Outbox);
        await notes.StartAsync(default);
        new WebhookEars(_fanout.Adapter, notes, new WebhookTopic(new WebhookOptions { Url = "http://hooks.example.com" }), _scene.View, _scene.Time).Publish(new TypingStarted(_channel, _customer));
        await notes.StopAsync(default);
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task What_was_not_asked_for_is_not_even_put_into_words()
    {
        using var notes = MakeNotes(_scene.Outbox);
        var topic = new WebhookTopic(new WebhookOptions { Url = "http://hooks.example.com", Events = "message.created" });
        var speechless = new WebhookEars(_fanout.Adapter, notes, topic, null!, null!);
        var presence = new UserPresence(_customer, PresenceStatus.Online, "", "", _scene.Time.GetUtcNow());
        foreach (var news in (ChatEvent[])[new TypingStarted(_channel, _customer), new TypingStopped(_channel, _customer), new PresenceChanged(presence, [_customer.Id])])
            Assert.That(() => speechless.Publish(news), Throws.Nothing, $"{news}");
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    private WebhookNotes MakeNotes(OutboxRepository outbox) => new(outbox, _scene.Topic, _scene.Time, NullLogger<WebhookNotes>.Instance);

    private WebhookEars MakeEars(WebhookNotes notes) => new(_fanout.Adapter, notes, _scene.Topic, _scene.View, _scene.Time);
}
