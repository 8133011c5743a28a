using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

/// <summary>From the core's own service to Google, with the worker running by itself.</summary>
public sealed class PushEndToEndTests
{
    private PushScene _scene = null!;
    private User _customer = null!;
    private Conversation _channel = null!;
    private MessageService _service = null!;
    private TypingService _typing = null!;
    private MessageRateLimit _rate = null!;

    [SetUp]
    public async Task Start()
    {
        _scene = await PushScene.StartAsync();
        _customer = await _scene.AddAsync(Role.Customer, "lan");
        await _scene.AddAsync(Role.Staff, "minh", "minh-phone");
        _channel = await _scene.ChannelAsync(_customer);
        var (conversations, events, lanes) = (_scene.Store.Conversations, _scene.Fanout.Adapter, new ConversationLanes());
        var (shown, tickets) = (new ShownLogs(_scene.Messages, events), new TicketNews(_scene.Store.Tickets, events));
        _typing = new TypingService(conversations, events, new TypingOptions(), _scene.Time);
        _rate = new MessageRateLimit(new MessageRateLimitOptions());
        _service = new MessageService(
            _scene.Messages, conversations, lanes, new ConversationRepair(lanes, conversations, shown, tickets, events, _scene.Time), shown, _rate, _typing, tickets, events, [_scene.Topic]);
        await _scene.Worker.StartAsync(default);
    }

    [TearDown]
    public async Task Stop()
    {
        await _scene.Worker.StopAsync(default);
        _typing.Dispose();
        _rate.Dispose();
        await _scene.DisposeAsync();
    }

    [Test]
    public async Task A_message_is_shown_and_confirmed_whatever_google_does_and_pushed_at_once()
    {
        var release = new TaskCompletionSource();
        _scene.Google.Answer("minh-phone", async http =>
        {
            await release.Task;
            await FcmDouble.WriteAsync(http, 200, "{}");
        });
        var own = _scene.Fanout.Session(_customer, Room.InboxOf(_customer.Id));
        var sent = await SendAsync("Còn bàn không?", null);
        Assert.That(own.Heard, Does.Contain("said Còn bàn không?"), "shown before the push has come to anything");
        await Eventually.GetAsync(() => Task.FromResult(_scene.Google.Devices.Length), count => count == 1, "the push was under way, without the clock having moved");
        Assert.That(await _scene.CountAsync(), Is.EqualTo((1, 0)));
        Assert.That((await SendAsync("Còn chỗ đậu xe không?", null)).Id.Value, Is.GreaterThan(sent.Id.Value), "nobody waits for Google");
        release.SetResult();
        await Eventually.GetAsync(_scene.CountAsync, count => count == (0, 0), "both were pushed");
        Assert.That(_scene.Google.Devices, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_message_sent_again_with_its_key_is_pushed_once()
    {
        var first = await SendAsync("Còn bàn không?", "k1");
        Assert.That((await SendAsync("Còn bàn không?", "k1")).Id, Is.EqualTo(first.Id));
        await Eventually.GetAsync(_scene.CountAsync, count => count == (0, 0), "it was pushed");
        Assert.That(_scene.Google.Devices, Has.Length.EqualTo(1));
    }

    private async Task<Message> SendAsync(string text, string? key)
    {
        var caller = new Caller(_customer, "restaurant", DateTimeOffset.MaxValue);
        return (await _service.SendAsync(caller, new SendMessage(_channel.Id, text, key), _ => { }, default)).Value;
    }
}
