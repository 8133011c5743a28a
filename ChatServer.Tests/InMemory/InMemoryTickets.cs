using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Tickets;

namespace ChatServer.Tests.InMemory;

internal sealed class InMemoryTickets(InMemoryStore store) : ITicketRepository
{
    public Task<TicketDetail?> FindAsync(Guid uid, UserId viewer, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
        store.Conversations.Values.FirstOrDefault(c => c.Uid == uid) is { } found ? Detail(found, viewer) : null));

    public Task<TicketDetail?> FindAsync(ConversationId id, UserId viewer, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
        store.Conversations.TryGetValue(id, out var found) ? Detail(found, viewer) : null));

    public Task<IReadOnlyList<TicketDetail>> ListAsync(UserId viewer, TicketList list, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<TicketDetail>>(() =>
        [
            .. store.Conversations.Values.Where(c => IsOn(list, c, viewer) && (c.Kind is ConversationKind.Session || c.LastSeq > 0))
                .OrderByDescending(c => (c.LastMessageAt ?? c.CreatedAt, c.Id.Value)).Select(c => Detail(c, viewer)),
        ]));

    public Task<Guid> OpenAsync(NewTicket ticket, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
    {
        var known = store.Tickets.Values.FirstOrDefault(t => t.Key is not null && t.Key == ticket.Key && t.Ticket.Conversation.CustomerId == ticket.Customer);
        if (known.Ticket is not null)
            return known.Ticket.Conversation.Uid;
        var made = store.AddRoom(store.Users[ticket.Customer], kind: ConversationKind.Session) with { Uid = ticket.Uid, Name = ticket.Form.Subject, Status = ConversationStatus.Waiting };
        store.Conversations[made.Id] = made;
        store.Tickets[made.Id] = (new Ticket(
            made, null, ticket.Form.Subject, ticket.Form.Category, ticket.Form.Priority, ticket.TicketId, ticket.RestaurantId, null, null, store.Now), ticket.Key);
        if (ticket.Form.InitialMessage is { } text)
            Say(made, ticket.MessageUid, text, isNote: false);
        return made.Uid;
    }));

    public Task<bool> TryStepAsync(TicketStep step, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
    {
        var conversation = store.Conversations[step.Conversation];
        if (!step.From.Contains(conversation.Status))
            return false;
        var agent = step.To switch
        {
            ConversationStatus.Waiting => null,
            ConversationStatus.Active => conversation.AssigneeId ?? step.Agent,
            _ => conversation.AssigneeId,
        };
        store.Conversations[conversation.Id] = conversation = conversation with { Status = step.To, AssigneeId = agent };
        var (ticket, key) = store.Tickets[conversation.Id];
        store.Tickets[conversation.Id] = (ticket with
        {
            AcceptedAt = step.To is ConversationStatus.Waiting ? null : step.To is ConversationStatus.Active ? ticket.AcceptedAt ?? store.Now : ticket.AcceptedAt,
            ClosedAt = step.To is ConversationStatus.Closed ? store.Now : null,
            UpdatedAt = store.Now,
        }, key);
        if (step.Note is { } note)
            Say(conversation, Guid.CreateVersion7(), note, isNote: true);
        return true;
    }));

    private static bool IsOn(TicketList list, Conversation c, UserId viewer) => list switch
    {
        TicketList.Asked => c.CustomerId == viewer,
        TicketList.Own => c.CustomerId == viewer || c.AssigneeId == viewer,
        _ => c.Status is ConversationStatus.Waiting || (c.AssigneeId == viewer && c.Status is ConversationStatus.Active or ConversationStatus.Open),
    };

    private void Say(Conversation conversation, Guid uid, string text, bool isNote)
    {
        store.Conversations[conversation.Id] = conversation = conversation with { LastSeq = conversation.LastSeq + 1, LastMessageAt = store.Now };
        store.Messages.Add((new Message(
            new MessageId(store.Messages.Count + 1), uid, conversation.Id, conversation.LastSeq, isNote ? null : conversation.Customer, text, store.Now, false)
        {
            Type = isNote ? MessageType.System : MessageType.Text,
        }, null));
    }

    private TicketDetail Detail(Conversation conversation, UserId viewer)
    {
        var log = store.Log(conversation.Id).ToList();
        var unread = log.Count(m => m.Type is not MessageType.System && m.Sender?.Id != viewer && !store.Receipts.ContainsKey((m.Id, viewer)));
        return new TicketDetail(Ticket(conversation), log.LastOrDefault(), unread);
    }

    private Ticket Ticket(Conversation conversation)
    {
        var agent = conversation.AssigneeId is { } assignee ? store.Users[assignee] : null;
        var known = store.Tickets.TryGetValue(conversation.Id, out var row)
            ? row.Ticket
            : new Ticket(conversation, null, conversation.Name ?? "", TicketForm.DefaultCategory, TicketForm.DefaultPriority, null, null, null, null, conversation.CreatedAt);
        return known with { Conversation = conversation, Agent = agent };
    }
}
