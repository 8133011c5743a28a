using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;

namespace ChatServer.Chat.Tickets;

/// <summary>
/// The life of a ticket: waiting → active → resolved → closed. A step is one statement that names where it begins, so of many who try
/// at once one takes it; what they find afterwards says who.
/// </summary>
public sealed class TicketDesk(
    TicketService tickets, ITicketRepository steps, ConversationLanes lanes, ConversationRepair repair, ShownLogs shown, IEventPublisher events)
{
    private const string AcceptedNote = "Support agent has joined the conversation";
    private const string ResolvedNote = "Chat session has been resolved";
    private const string ClosedNote = "Chat session has been closed";

    private static readonly ChatError AgentsOnly = ChatError.Forbidden("Only support agents can do this");
    private static readonly ChatError AcceptAgentsOnly = ChatError.Forbidden("Only support agents can accept chats");
    private static readonly ChatError Closed = new(ErrorCode.Closed, "Chat session is closed");

    /// <summary>Takes a waiting ticket. Of many, one wins; the winner may ask again (contracts S4-5).</summary>
    public async Task<Result<TicketOutcome>> AcceptAsync(Caller caller, Guid uid, CancellationToken cancellation) =>
        caller.User.Serves ? await InLaneAsync(caller, uid, found => AcceptAsync(caller, found, cancellation), cancellation) : AcceptAgentsOnly;

    /// <summary>Ends a ticket for good: its customer may, and whoever serves (contracts S4-9). Ended already, it is returned as it is.</summary>
    public Task<Result<TicketOutcome>> CloseAsync(Caller caller, Guid uid, CancellationToken cancellation) =>
        InLaneAsync(caller, uid, found => CloseAsync(caller, found, cancellation), cancellation);

    /// <summary>Sets a ticket's status, with all that accepting or closing it would do. One that is closed stays so.</summary>
    /// <param name="caller">An agent.</param>
    /// <param name="uid">The ticket.</param>
    /// <param name="status">Not <see cref="ConversationStatus.Open"/>, which no ticket has.</param>
    /// <param name="cancellation">Gives up waiting; what is committed stays.</param>
    public async Task<Result<TicketOutcome>> SetStatusAsync(Caller caller, Guid uid, ConversationStatus status, CancellationToken cancellation) =>
        caller.User.Serves ? await InLaneAsync(caller, uid, found => SetStatusAsync(caller, found, status, cancellation), cancellation) : AgentsOnly;

    private async Task<Result<TicketOutcome>> InLaneAsync(
        Caller caller, Guid uid, Func<Ticket, Task<Result<TicketOutcome>>> step, CancellationToken cancellation)
    {
        if (!(await tickets.FindAsync(caller, uid, cancellation)).TryGet(out var found, out var error))
            return error;
        var conversation = found.Ticket.Conversation;
        return conversation.Kind is ConversationKind.Session
            ? await lanes.RunAsync(conversation.Id, () => repair.GuardAsync(conversation.Id, () => step(found.Ticket)), cancellation)
            : ChatError.Forbidden("This conversation belongs to another desk");
    }

    private async Task<Result<TicketOutcome>> AcceptAsync(Caller caller, Ticket ticket, CancellationToken cancellation)
    {
        var (detail, isNew) = await StepAsync(caller, ticket, [ConversationStatus.Waiting], ConversationStatus.Active, AcceptedNote, cancellation);
        if (isNew)
        {
            events.Publish(new TicketAccepted(detail.Ticket, caller.User));
            events.Publish(new TicketStatusChanged(detail.Ticket));
        }
        else if (detail.Ticket.Conversation.IsClosed)
            return Closed;
        else if (detail.Ticket.Conversation.AssigneeId != caller.Id)
            return new ChatError(ErrorCode.AlreadyClaimed, "Chat already accepted") { Winner = detail.Ticket.Agent?.Id, WinnerUid = detail.Ticket.Agent?.Uid };
        return new TicketOutcome(detail, isNew);
    }

    private async Task<Result<TicketOutcome>> CloseAsync(Caller caller, Ticket ticket, CancellationToken cancellation)
    {
        var (detail, isNew) = await StepAsync(
            caller, ticket, [ConversationStatus.Waiting, ConversationStatus.Active, ConversationStatus.Resolved], ConversationStatus.Closed, ClosedNote, cancellation);
        if (isNew)
        {
            events.Publish(new TicketClosed(detail.Ticket, caller.User));
            events.Publish(new TicketStatusChanged(detail.Ticket));
        }
        return new TicketOutcome(detail, isNew);
    }

    private async Task<Result<TicketOutcome>> SetStatusAsync(Caller caller, Ticket ticket, ConversationStatus status, CancellationToken cancellation)
    {
        if (status is ConversationStatus.Closed)
            return await CloseAsync(caller, ticket, cancellation);
        if (status is ConversationStatus.Active && ticket.Conversation.Status is ConversationStatus.Waiting)
            return await AcceptAsync(caller, ticket, cancellation);
        var (detail, isNew) = status switch
        {
            ConversationStatus.Resolved => await StepAsync(
                caller, ticket, [ConversationStatus.Waiting, ConversationStatus.Active], status, ResolvedNote, cancellation),
            ConversationStatus.Waiting => await StepAsync(
                caller, ticket, [ConversationStatus.Active, ConversationStatus.Resolved], status, null, cancellation),
            _ => await StepAsync(caller, ticket, [ConversationStatus.Resolved], status, null, cancellation),
        };
        if (isNew)
            events.Publish(new TicketStatusChanged(detail.Ticket));
        if (detail.Ticket.Conversation.IsClosed)
            return Closed;
        return new TicketOutcome(detail, isNew);
    }

    private async Task<(TicketDetail Detail, bool IsNew)> StepAsync(
        Caller caller, Ticket ticket, ConversationStatus[] from, ConversationStatus to, string? note, CancellationToken cancellation)
    {
        var isNew = await steps.TryStepAsync(new TicketStep(ticket.Conversation.Id, from, to, caller.Id, note), cancellation);
        var detail = await steps.FindAsync(ticket.Conversation.Uid, caller.Id, cancellation)
            ?? throw new InvalidOperationException($"Ticket {ticket.Conversation.Uid} is gone; nothing deletes them");
        await shown.CatchUpAsync(detail.Ticket.Conversation, detail.Ticket.Conversation.LastSeq, cancellation);
        return (detail, isNew);
    }
}
