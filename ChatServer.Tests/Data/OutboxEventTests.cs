using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;
using ChatServer.Data;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Data;

/// <summary>What the outbox tells besides messages.</summary>
public sealed class OutboxEventTests : StoreTests
{
    private static readonly OutboxTopic Topic = new("test", Enum.GetValues<ConversationKind>()) { Events = [OutboxEvent.MessageSent, OutboxEvent.ConversationStarted] };
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly ManualTime _time = new();
    private OutboxRepository _outbox = null!;
    private User _customer = null!;

    [SetUp]
    public async Task AddCustomer()
    {
        _outbox = new OutboxRepository(Store.Database, _time);
        _customer = await Store.AddUserAsync(Role.Customer);
    }

    [Test]
    public async Task A_conversation_of_another_dialect_begins_with_its_first_message_and_is_told_before_it()
    {
        var channel = await Store.Conversations.EnsureAsync(ConversationKind.Channel, _customer.Id, default);
        Assert.That(await TakeAsync(), Is.Empty, "nobody has said anything");
        await SayAsync(channel.Id);
        await SayAsync(channel.Id);
        var entries = await TakeAsync();
        Assert.That(entries.Select(entry => entry.Event), Is.EqualTo(new[] { OutboxEvent.ConversationStarted, OutboxEvent.MessageSent, OutboxEvent.MessageSent }));
        Assert.That(entries.Select(entry => entry.ConversationId), Is.All.EqualTo(channel.Id));
        Assert.That(entries.Select(entry => entry.MessageId.HasValue), Is.EqualTo(new[] { false, true, true }));
    }

    [Test]
    public async Task A_ticket_is_told_with_its_initial_message_and_once_for_its_key()
    {
        var ticket = new NewTicket(
            Guid.CreateVersion7(), Guid.CreateVersion7(), _customer.Id, new TicketForm("help", "general", "medium", "first"), null, null, ClientKey.Parse("test", "k").Value)
        {
            Topics = [Topic],
        };
        var tickets = new TicketRepository(Store.Database, _time);
        await tickets.OpenAsync(ticket, default);
        await tickets.OpenAsync(ticket with { Uid = Guid.CreateVersion7(), MessageUid = Guid.CreateVersion7() }, default);
        Assert.That((await TakeAsync()).Select(entry => entry.Event), Is.EqualTo(new[] { OutboxEvent.ConversationStarted, OutboxEvent.MessageSent }));
    }

    [Test]
    public async Task A_ticket_opened_without_a_message_is_told_with_the_first_whatever_the_system_noted_before_it()
    {
        var uid = Guid.CreateVersion7();
        await Store.Tickets.OpenAsync(
            new NewTicket(uid, Guid.CreateVersion7(), _customer.Id, new TicketForm("help", "general", "medium", null), null, null, null) { Topics = [Topic] }, default);
        var id = (await Store.Conversations.FindAsync(uid, default))!.Id;
        var agent = await Store.AddUserAsync(Role.Staff);
        await Store.Tickets.TryStepAsync(new TicketStep(id, [ConversationStatus.Waiting], ConversationStatus.Active, agent.Id, "joined"), default);
        Assert.That(await TakeAsync(), Is.Empty, "notes of the system are not told");
        await SayAsync(id);
        Assert.That((await TakeAsync()).Select(entry => entry.Event), Is.EqualTo(new[] { OutboxEvent.ConversationStarted, OutboxEvent.MessageSent }));
    }

    [Test]
    public async Task A_note_carries_what_it_tells_and_when_it_is_no_news_any_more()
    {
        var until = _time.GetUtcNow().AddSeconds(30);
        var channel = await Store.Conversations.EnsureAsync(ConversationKind.Channel, _customer.Id, default);
        await _outbox.NoteAsync(
            [
                new OutboxNote("test", OutboxEvent.PresenceChanged, _customer.Id, null, """{"status":"ONLINE"}"""),
                new OutboxNote("test", OutboxEvent.Typing, _customer.Id, channel.Id, """{"is_typing":true}""") { ExpiresAt = until },
            ],
            default);
        var entries = await TakeAsync();
        Assert.That(entries.Select(entry => (entry.Event, entry.UserId, entry.ConversationId, entry.ExpiresAt, entry.CreatedAt, entry.Since)), Is.EqualTo(new[]
        {
            (OutboxEvent.PresenceChanged, (UserId?)_customer.Id, (ConversationId?)null, (DateTimeOffset?)null, _time.GetUtcNow(), _time.GetUtcNow()),
            (OutboxEvent.Typing, _customer.Id, channel.Id, until, _time.GetUtcNow(), _time.GetUtcNow()),
        }));
        Assert.That(entries.Select(entry => entry.Payload), Is.EqualTo(new[] { """{"status": "ONLINE"}""", """{"is_typing": true}""" }));
    }

    [Test]
    public async Task One_dead_letter_is_replayed_by_its_id_and_begins_anew()
    {
        await _outbox.NoteAsync([Note(), Note()], default);
        var entries = await TakeAsync();
        foreach (var entry in entries)
            await _outbox.BuryAsync(entry, "gone", default);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.That(await _outbox.ReplayAsync("another", entries[1].Id, default), Is.False);
        Assert.That(await _outbox.ReplayAsync("test", entries[1].Id, default), Is.True);
        Assert.That(await _outbox.ReplayAsync("test", entries[1].Id, default), Is.False);
        var again = (await TakeAsync()).Single();
        Assert.That((again.Id, again.Attempts, again.Since - again.CreatedAt), Is.EqualTo((entries[1].Id, 1, TimeSpan.FromDays(2))));
        var dead = await _outbox.ListDeadAsync("test", 10, default);
        Assert.That(dead.Select(letter => (letter.Id, letter.Event, letter.Error)), Is.EqualTo(new[] { (entries[0].Id, OutboxEvent.PresenceChanged, "gone") }));
    }

    private OutboxNote Note() => new("test", OutboxEvent.PresenceChanged, _customer.Id, null, "{}");

    private Task<IReadOnlyList<OutboxEntry>> TakeAsync() => _outbox.TakeAsync("test", 10, Lease, default);

    private async Task SayAsync(ConversationId conversation)
    {
        var messages = new MessageRepository(Store.Database, _time, NullLogger<MessageRepository>.Instance);
        var outcome = await messages.AppendAsync(new NewMessage(Guid.CreateVersion7(), conversation, _customer, "hello", null) { Topics = [Topic] }, default);
        Assert.That(outcome, Is.InstanceOf<AppendOutcome.Stored>());
    }
}
