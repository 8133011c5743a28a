using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Receipts;

namespace ChatServer.Chat.Tickets;

/// <summary>What came of a command about a ticket.</summary>
/// <param name="IsNew">False when it was so already.</param>
public sealed record TicketOutcome(TicketDetail Detail, bool IsNew);

/// <summary>Opening, finding, listing, entering and reading tickets.</summary>
public sealed class TicketService(
    ITicketRepository tickets,
    IConversationRepository conversations,
    IMessageRepository messages,
    IReceiptRepository receipts,
    ReceiptService reading,
    MessageRateLimit rateLimit,
    ConversationLanes lanes,
    ShownLogs shown,
    IEventPublisher events,
    IEnumerable<OutboxTopic> topics)
{
    private static readonly ChatError NotFound = ChatError.NotFound("Session");

    private readonly OutboxTopic[] _topics = [.. topics];

    /// <summary>Opens a ticket of the caller's own, waiting for an agent; a repeated key is answered with the ticket it opened.</summary>
    public async Task<Result<TicketOutcome>> OpenAsync(Caller caller, OpenTicket request, CancellationToken cancellation)
    {
        if (!TicketForm.Parse(request).TryGet(out var form, out var error) ||
            !ClientKey.Parse(caller.Scope, request.ClientKey).TryGet(out var key, out error) ||
            !rateLimit.TryTake(caller.Id, out error))
            return error;
        var asked = new NewTicket(Guid.CreateVersion7(), Guid.CreateVersion7(), caller.Id, form, request.TicketId, request.RestaurantId, key) { Topics = _topics };
        var uid = await tickets.OpenAsync(asked, cancellation);
        var opened = await tickets.FindAsync(uid, caller.Id, cancellation) ?? throw new InvalidOperationException($"Ticket {uid} is gone; nothing deletes them");
        var isNew = uid == asked.Uid;
        // Nobody has been told of the conversation, so that this needs no lane.
        if (isNew && opened.LastMessage is { Seq: 1 } first)
            await ShowAsync(first, opened.Ticket.Conversation, cancellation);
        // Told of a repeat as well: the answer to the first request may have been lost here, before anybody was told.
        events.Publish(new TicketStatusChanged(opened.Ticket));
        return new TicketOutcome(opened, isNew);
    }

    /// <summary>A ticket, for those who may enter its conversation; the others are not told whether there is one (contracts S4-23).</summary>
    public async Task<Result<TicketDetail>> FindAsync(Caller caller, Guid uid, CancellationToken cancellation) =>
        await tickets.FindAsync(uid, caller.Id, cancellation) is { } detail && ConversationAccess.MayEnter(caller, detail.Ticket.Conversation)
            ? detail
            : NotFound;

    /// <summary>The conversation of a ticket, as <see cref="FindAsync"/> would find it.</summary>
    public async Task<Result<Conversation>> ResolveAsync(Caller caller, Guid uid, CancellationToken cancellation) =>
        await conversations.FindAsync(uid, cancellation) is { } conversation && ConversationAccess.MayEnter(caller, conversation)
            ? conversation
            : NotFound;

    /// <summary>What the caller has to do with now: the desk's queue for those who serve, their own tickets for customers.</summary>
    public Task<IReadOnlyList<TicketDetail>> ListAsync(Caller caller, CancellationToken cancellation) =>
        tickets.ListAsync(caller.Id, caller.User.Serves ? TicketList.Desk : TicketList.Asked, cancellation);

    /// <summary>Every ticket that the caller asked for or took.</summary>
    public Task<IReadOnlyList<TicketDetail>> ListMineAsync(Caller caller, CancellationToken cancellation) =>
        tickets.ListAsync(caller.Id, caller.User.Serves ? TicketList.Own : TicketList.Asked, cancellation);

    /// <summary>A stretch of a ticket's log, with who has read what.</summary>
    public async Task<Result<TicketMessages>> ReadAsync(Caller caller, Guid uid, Slice asked, CancellationToken cancellation)
    {
        if (!(await FindAsync(caller, uid, cancellation)).TryGet(out var detail, out var error))
            return error;
        var conversation = detail.Ticket.Conversation;
        var top = conversation.LastSeq;
        if (asked.Before is { } before)
        {
            if (await messages.FindSeqAsync(conversation.Id, before, cancellation) is not { } seq)
                return ChatError.Invalid("before is no message of this session");
            top = seq - 1;
        }
        var slice = asked.Bounded();
        var (from, upTo) = slice.Within(top);
        var log = from > upTo ? [] : await SeeAsync(await messages.ReadRangeAsync(conversation.Id, from, upTo, cancellation), cancellation);
        return new TicketMessages(detail.Ticket, slice.Ascending ? log : [.. log.Reverse()], slice, top);
    }

    /// <summary>Lets a session into a ticket's conversation so that what it is shown joins up: history first, then every later event, nothing twice.</summary>
    /// <param name="caller">Who enters. Of its customer and its agent, what is there counts as read by it (contracts S4-12).</param>
    /// <param name="uid">The ticket.</param>
    /// <param name="entered">Called with the snapshot while nothing can be said: the place to subscribe the session and show it the history.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task<Result<TicketSnapshot>> EnterAsync(
        Caller caller, Guid uid, Action<TicketSnapshot> entered, CancellationToken cancellation)
    {
        if (!(await FindAsync(caller, uid, cancellation)).TryGet(out var found, out var error))
            return error;
        var id = found.Ticket.Conversation.Id;
        if (found.Unread > 0 && found.Ticket.IsParticipant(caller.Id))
            await reading.MarkAllReadAsync(caller, id, cancellation);
        return await EnterAgainAsync(caller, id, entered, cancellation);
    }

    /// <summary>As <see cref="EnterAsync"/>, for who did not ask and has read nothing by it.</summary>
    public Task<Result<TicketSnapshot>> EnterAgainAsync(
        Caller caller, ConversationId id, Action<TicketSnapshot> entered, CancellationToken cancellation) =>
        lanes.RunAsync<TicketSnapshot>(id, async () =>
        {
            if (await tickets.FindAsync(id, caller.Id, cancellation) is not { } detail || !ConversationAccess.MayEnter(caller, detail.Ticket.Conversation))
                return NotFound;
            var conversation = detail.Ticket.Conversation;
            var latest = await messages.ReadRangeAsync(id, conversation.LastSeq - Page.DefaultLimit + 1, conversation.LastSeq, cancellation);
            var snapshot = new TicketSnapshot(detail, await SeeAsync(latest, cancellation));
            await shown.CatchUpAsync(conversation, conversation.LastSeq, cancellation);
            entered(snapshot);
            return snapshot;
        }, cancellation);

    private async Task ShowAsync(Message first, Conversation conversation, CancellationToken cancellation)
    {
        await shown.ShowAsync(first, conversation, null, cancellation);
        foreach (var topic in _topics)
            topic.RingFor(conversation.Kind);
    }

    private async Task<IReadOnlyList<SeenMessage>> SeeAsync(IReadOnlyList<Message> log, CancellationToken cancellation)
    {
        var readers = (await receipts.FindAsync([.. log.Select(message => message.Id)], cancellation)).ToLookup(receipt => receipt.MessageId);
        return [.. log.Select(message => new SeenMessage(message, [.. readers[message.Id]]))];
    }
}
