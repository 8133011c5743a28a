using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

/// <summary>Tickets on the real database: what is stored, who is let in, and who wins.</summary>
public sealed class TicketTests : StoreTests
{
    private static readonly ConversationStatus[] Unfinished = [ConversationStatus.Waiting, ConversationStatus.Active, ConversationStatus.Resolved];

    [Test]
    public async Task A_ticket_is_opened_with_its_conversation_and_its_first_message()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var (ticket, restaurant) = (Guid.NewGuid(), Guid.NewGuid());
        var asked = New(customer, "My order is delayed") with { TicketId = ticket, RestaurantId = restaurant };

        Assert.That(await Store.Tickets.OpenAsync(asked, default), Is.EqualTo(asked.Uid));

        var detail = (await Store.Tickets.FindAsync(asked.Uid, customer.Id, default))!;
        Assert.That(detail.Ticket.Conversation, Has.Property("Kind").EqualTo(ConversationKind.Session).And.Property("Status").EqualTo(ConversationStatus.Waiting));
        Assert.That((detail.Ticket.Subject, detail.Ticket.Category, detail.Ticket.Priority), Is.EqualTo(("Need help", "order_issue", "high")));
        Assert.That((detail.Ticket.TicketId, detail.Ticket.RestaurantId, detail.Ticket.Agent), Is.EqualTo(((Guid?)ticket, (Guid?)restaurant, default(User))));
        Assert.That((detail.LastMessage!.Content, detail.LastMessage.Sender, detail.LastMessage.Seq), Is.EqualTo(("My order is delayed", customer, 1L)));
        Assert.That((detail.Unread, await UnreadAsync(await Store.AddUserAsync(Role.Staff), asked.Uid)), Is.EqualTo((0L, 1L)));
    }

    [Test]
    public async Task A_request_sent_twenty_times_at_once_with_one_key_opens_one_ticket()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var key = ClientKey.Parse("support", "once").Value;

        var uids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Tickets.OpenAsync(New(customer, "hello") with { Key = key }, default)));

        Assert.That(uids.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await Store.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages), (SELECT count(*) FROM tickets))"), Is.EqualTo("1 1 1"));
    }

    [Test]
    public async Task Of_fifty_agents_one_takes_a_waiting_ticket_and_one_note_is_made()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var agents = await Store.AddUsersAsync(Role.Staff, 50);
        var id = await OpenAsync(customer, "hello");

        var won = await Task.WhenAll(agents.Select(agent => Store.Tickets.TryStepAsync(Accept(id, agent), default)));

        Assert.That(won.Count(one => one), Is.EqualTo(1));
        var ticket = (await Store.Tickets.FindAsync(id, default, default))!.Ticket;
        Assert.That((ticket.Agent, ticket.Conversation.Status), Is.EqualTo((agents[Array.IndexOf(won, true)], ConversationStatus.Active)));
        Assert.That(ticket.AcceptedAt, Is.Not.Null);
        var log = await Store.Messages.ReadRangeAsync(id, 1, 100, default);
        Assert.That(log.Select(message => (message.Seq, message.Type, message.Sender)),
            Is.EqualTo(new[] { (1L, MessageType.Text, customer), (2L, MessageType.System, default(User)) }));
    }

    [Test]
    public async Task A_note_is_unread_by_nobody()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var agent = await Store.AddUserAsync(Role.Staff);
        var id = await OpenAsync(customer, null);
        await Store.Tickets.TryStepAsync(Accept(id, agent), default);
        await Store.SayAsync(agent, id, "hello");

        var uid = (await Store.Tickets.FindAsync(id, default, default))!.Ticket.Conversation.Uid;
        Assert.That((await UnreadAsync(customer, uid), await UnreadAsync(agent, uid)), Is.EqualTo((1L, 0L)));
        Assert.That(await Store.Receipts.MarkAllReadAsync(id, customer.Id, default), Is.EqualTo(1));
        Assert.That(await UnreadAsync(customer, uid), Is.Zero);
    }

    [Test]
    public async Task A_closed_ticket_takes_nothing_and_a_resolved_one_is_taken_up_again_by_a_message()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var agent = await Store.AddUserAsync(Role.Staff);
        var id = await OpenAsync(customer, null);
        await Store.Tickets.TryStepAsync(Accept(id, agent), default);
        await Store.Tickets.TryStepAsync(new TicketStep(id, Unfinished, ConversationStatus.Resolved, agent.Id, null), default);

        var again = (AppendOutcome.Stored)await Store.SayAsync(customer, id, "not yet");
        Assert.That((again.Reopened, again.Conversation.Status), Is.EqualTo((true, ConversationStatus.Active)));
        Assert.That(((AppendOutcome.Stored)await Store.SayAsync(customer, id, "more")).Reopened, Is.False);

        await Store.Tickets.TryStepAsync(new TicketStep(id, Unfinished, ConversationStatus.Closed, agent.Id, "closed"), default);
        Assert.That(await Store.SayAsync(customer, id, "too late"), Is.InstanceOf<AppendOutcome.Refused>());
        Assert.That((await Store.Tickets.FindAsync(id, default, default))!.Ticket.ClosedAt, Is.Not.Null);
        Assert.That(await Store.Tickets.TryStepAsync(Accept(id, agent), default), Is.False);
    }

    [Test]
    public async Task A_resolved_ticket_that_nobody_had_waits_again()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var id = await OpenAsync(customer, null);
        await Store.Tickets.TryStepAsync(new TicketStep(id, Unfinished, ConversationStatus.Resolved, null, null), default);

        Assert.That(((AppendOutcome.Stored)await Store.SayAsync(customer, id, "hello?")).Conversation.Status, Is.EqualTo(ConversationStatus.Waiting));
    }

    [Test]
    public async Task Its_customer_and_the_whole_desk_write_in_a_session_and_nobody_else()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var id = await OpenAsync(customer, null);
        await Store.Tickets.TryStepAsync(Accept(id, await Store.AddUserAsync(Role.Staff)), default);

        foreach (var writer in new[] { customer, await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Admin) })
            Assert.That(await Store.SayAsync(writer, id, "hello"), Is.InstanceOf<AppendOutcome.Stored>());
        Assert.That(await Store.SayAsync(await Store.AddUserAsync(Role.Customer), id, "hello"), Is.InstanceOf<AppendOutcome.Refused>());
    }

    [Test]
    public async Task Lists_show_what_waits_and_what_is_ones_own()
    {
        var (customer, agent) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Staff));
        var waiting = await OpenAsync(customer, null);
        var mine = await OpenAsync(customer, null);
        var (done, others) = (await OpenAsync(await Store.AddUserAsync(Role.Customer), null), await OpenAsync(customer, "hello"));
        await Store.Tickets.TryStepAsync(Accept(mine, agent), default);
        await Store.Tickets.TryStepAsync(Accept(done, agent), default);
        await Store.Tickets.TryStepAsync(new TicketStep(done, Unfinished, ConversationStatus.Resolved, null, null), default);
        await Store.Tickets.TryStepAsync(Accept(others, await Store.AddUserAsync(Role.Staff)), default);
        var (_, room) = await Store.AddRoomAsync();
        await Store.SayAsync(agent, room.Id, "a room of consult");
        await Store.Conversations.EnsureAsync(ConversationKind.Room, customer.Id, default);

        Assert.That(await ListAsync(agent, TicketList.Desk), Is.EqualTo(new[] { room.Id, mine, waiting }));
        Assert.That(await ListAsync(agent, TicketList.Own), Is.EqualTo(new[] { room.Id, done, mine }));
        Assert.That(await ListAsync(customer, TicketList.Asked), Is.EqualTo(new[] { others, mine, waiting }));
    }

    private static NewTicket New(User customer, string? message) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), customer.Id, new TicketForm("Need help", "order_issue", "high", message), null, null, null);

    private static TicketStep Accept(ConversationId id, User agent) =>
        new(id, [ConversationStatus.Waiting], ConversationStatus.Active, agent.Id, "Support agent has joined the conversation");

    private async Task<ConversationId> OpenAsync(User customer, string? message) =>
        (await Store.Tickets.FindAsync(await Store.Tickets.OpenAsync(New(customer, message), default), customer.Id, default))!.Ticket.Conversation.Id;

    private async Task<long> UnreadAsync(User viewer, Guid uid) => (await Store.Tickets.FindAsync(uid, viewer.Id, default))!.Unread;

    private async Task<ConversationId[]> ListAsync(User viewer, TicketList list) =>
        [.. (await Store.Tickets.ListAsync(viewer.Id, list, default)).Select(detail => detail.Ticket.Conversation.Id)];
}
