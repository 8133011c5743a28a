using ChatServer.Chat;
using ChatServer.Chat.Messages;
using ChatServer.Dialects.Restaurant;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Dialects.Restaurant;

/// <summary>Which post is the repeat of what a socket has said, and which is a message of its own.</summary>
public sealed class UnheardSendsTests
{
    private static readonly UserId Sender = new(1);
    private static readonly ConversationId Channel = new(5);

    private readonly FakeTimeProvider _time = new();

    private UnheardSends _sends = null!;

    [SetUp]
    public void SetUp() => _sends = new UnheardSends(_time);

    [Test]
    public async Task A_post_behind_an_unheard_send_is_that_message_once()
    {
        var said = Say("ok", 1);

        Assert.That(await TakeAsync("ok"), Is.EqualTo(said));
        Assert.That(await TakeAsync("ok"), Is.Null);
    }

    [Test]
    public async Task Two_unheard_sends_are_two_messages_in_their_order()
    {
        var (first, second) = (Say("ok", 1), Say("ok", 2));

        Assert.That((await TakeAsync("ok"), await TakeAsync("ok"), await TakeAsync("ok")), Is.EqualTo((first, second, default(Message?))));
    }

    [TestCase(3.0, true)]
    [TestCase(3.1, false)]
    public async Task After_three_seconds_the_same_words_are_another_message(double seconds, bool isRepeat)
    {
        var said = Say("ok", 1);
        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.That(await TakeAsync("ok"), Is.EqualTo(isRepeat ? said : null));
    }

    [Test]
    public async Task Another_text_sender_or_conversation_is_another_message()
    {
        Say("ok", 1);

        Assert.That(await TakeAsync("OK"), Is.Null);
        Assert.That(await _sends.TakeAsync(new UserId(2), Channel, "ok", default), Is.Null);
        Assert.That(await _sends.TakeAsync(Sender, new ConversationId(6), "ok", default), Is.Null);
        Assert.That(await TakeAsync("ok"), Is.Not.Null, "nothing of that has used it up");
    }

    [Test]
    public async Task A_post_waits_for_a_send_that_is_still_being_stored()
    {
        using var send = _sends.Begin(Sender, "ok");
        var (first, second) = (TakeAsync("ok"), TakeAsync("ok"));
        Assert.That(first.IsCompleted || second.IsCompleted, Is.False);
        var said = Message(1);

        send.Settle(said, null);

        Assert.That((Message?[])[await first, await second], Is.EquivalentTo(new[] { said, null }));
    }

    [Test]
    public async Task A_post_does_not_wait_for_a_send_to_another_conversation()
    {
        using var send = _sends.Begin(Sender, "ok");
        send.GoesTo(new ConversationId(6));

        Assert.That(await TakeAsync("ok"), Is.Null);
    }

    [Test]
    public async Task A_send_that_failed_is_repeated_by_nothing()
    {
        var send = _sends.Begin(Sender, "ok");
        var waiting = TakeAsync("ok");
        send.Dispose();

        Assert.That((await waiting, await TakeAsync("ok")), Is.EqualTo((default(Message?), default(Message?))));
    }

    [Test]
    public void A_post_that_gives_up_waits_no_longer()
    {
        using var send = _sends.Begin(Sender, "ok");
        using var patience = new CancellationTokenSource();
        var waiting = _sends.TakeAsync(Sender, Channel, "ok", patience.Token);
        patience.Cancel();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    private Message Say(string content, long id)
    {
        using var send = _sends.Begin(Sender, content);
        send.GoesTo(Channel);
        var message = Message(id);
        send.Settle(message, null);
        return message;
    }

    private Task<Message?> TakeAsync(string content) => _sends.TakeAsync(Sender, Channel, content, default);

    private Message Message(long id) => new(new MessageId(id), Guid.NewGuid(), Channel, id, null, "ok", _time.GetUtcNow(), IsRead: false);
}
