using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Consultations;

/// <summary>The consultation that a room has now.</summary>
/// <param name="IsNew">False when it was under way already.</param>
public sealed record StartedConsultation(ConsultationDetail Detail, bool IsNew);

/// <summary>Asking for advice, taking it up, leaving it and ending it.</summary>
public sealed class ConsultationService(
    IConsultationRepository consultations,
    IConversationRepository conversations,
    ConversationLanes lanes,
    ConversationRepair repair,
    ShownLogs shown,
    IEventPublisher events)
{
    private static readonly ChatError StaffOnly = ChatError.Forbidden("Only staff may do this");
    private static readonly ChatError NotInThreads = ChatError.Forbidden("Advice is asked for in one's own room");
    private static readonly ChatError NotYours = ChatError.Forbidden("This session is not yours");

    /// <summary>Opens a consultation in the customer's own room; one that is under way is returned as it is (contracts S1-11).</summary>
    public async Task<Result<StartedConsultation>> StartAsync(Caller caller, ConversationId room, string? title, CancellationToken cancellation)
    {
        if (!ConsultationTitle.Parse(title).TryGet(out var topic, out var error))
            return error;
        if (await conversations.FindAsync(room, cancellation) is not { } conversation)
            return ChatError.NotFound("Room");
        if (conversation.CustomerId != caller.Id)
            return caller.User.Serves ? ChatError.Forbidden("Only the room's customer may ask for advice") : ChatError.NotFound("Room");
        if (conversation.Kind is ConversationKind.Thread)
            return NotInThreads;
        if (conversation.IsClosed)
            return new ChatError(ErrorCode.Closed, "This room is closed");
        return await lanes.RunAsync(room, () => StartInLaneAsync(caller, room, topic, cancellation), cancellation);
    }

    /// <summary>Takes a waiting consultation, and with it the room. Of many, one wins; the winner may ask again.</summary>
    /// <param name="caller">A staff member or admin.</param>
    /// <param name="id">The consultation.</param>
    /// <param name="claimed">
    /// Called when it is theirs, before anyone is told: the place to let their session into the room. Not called for one of old whose
    /// room has passed to another since.
    /// </param>
    /// <param name="cancellation">Gives up waiting; what is committed stays.</param>
    public async Task<Result<ConsultationDetail>> ClaimAsync(
        Caller caller, ConsultationId id, Action<ConsultationDetail> claimed, CancellationToken cancellation)
    {
        if (!caller.User.Serves)
            return StaffOnly;
        return await consultations.FindAsync(id, cancellation) is { } found
            ? await lanes.RunAsync(found.Conversation.Id, () => repair.GuardAsync(found.Conversation.Id, () => ClaimInLaneAsync(caller, id, claimed, cancellation)), cancellation)
            : ChatError.NotFound("Session");
    }

    /// <summary>Ends a consultation: its holder or an admin may; ended already, it is returned as it is.</summary>
    public async Task<Result<ConsultationDetail>> EndAsync(Caller caller, ConsultationId id, CancellationToken cancellation)
    {
        if (!caller.User.Serves)
            return StaffOnly;
        return await consultations.FindAsync(id, cancellation) is { } found
            ? await lanes.RunAsync(found.Conversation.Id, () => EndInLaneAsync(caller, id, cancellation), cancellation)
            : ChatError.NotFound("Session");
    }

    /// <summary>Tells the room that the caller left the consultation, which goes on. Who may not enter the room is not heard there.</summary>
    public async Task<Result<Consultation>> LeaveAsync(Caller caller, ConsultationId id, CancellationToken cancellation)
    {
        if (!(await FindAsync(caller, id, cancellation)).TryGet(out var detail, out var error))
            return error;
        var isTheirs = caller.User.Role is not Role.Staff || detail.Consultation.StaffId == caller.Id;
        if (!isTheirs || !ConversationAccess.MayEnter(caller, detail.Conversation))
            return NotYours;
        events.Publish(new ConsultationLeft(detail.Consultation, caller.User));
        return detail.Consultation;
    }

    /// <summary>A consultation, for its customer, its holder, any staff while it waits, and admins.</summary>
    public async Task<Result<ConsultationDetail>> FindAsync(Caller caller, ConsultationId id, CancellationToken cancellation)
    {
        if (await consultations.FindAsync(id, cancellation) is not { } detail)
            return ChatError.NotFound("Session");
        if (MaySee(caller, detail.Consultation))
            return detail;
        return caller.User.Serves ? NotYours : ChatError.NotFound("Session");
    }

    /// <summary>What the caller is in now: a customer's consultation that has not ended, or the newest one a staff member holds.</summary>
    public async Task<ConsultationDetail?> FindCurrentAsync(Caller caller, CancellationToken cancellation)
    {
        var mine = await consultations.ListAsync(caller.User.Serves
            ? new ConsultationFilter(Status: ConsultationStatus.InProgress, Staff: caller.Id)
            : new ConsultationFilter(Customer: caller.Id, OnlyActive: true), cancellation);
        return mine is [var newest, ..] ? newest : null;
    }

    /// <summary>Every consultation the caller asked for or took.</summary>
    public Task<IReadOnlyList<ConsultationDetail>> ListMineAsync(Caller caller, CancellationToken cancellation) =>
        consultations.ListAsync(caller.User.Serves
            ? new ConsultationFilter(Staff: caller.Id)
            : new ConsultationFilter(Customer: caller.Id), cancellation);

    /// <summary>Those waiting to be claimed. Staff and admins only.</summary>
    public async Task<Result<IReadOnlyList<ConsultationDetail>>> ListUnassignedAsync(Caller caller, CancellationToken cancellation) =>
        caller.User.Serves
            ? Result.Ok(await consultations.ListAsync(new ConsultationFilter(Status: ConsultationStatus.Open), cancellation))
            : StaffOnly;

    /// <summary>Those under way: a staff member's own, all of them for an admin.</summary>
    public async Task<Result<IReadOnlyList<ConsultationDetail>>> ListInProgressAsync(Caller caller, CancellationToken cancellation) =>
        caller.User.Serves
            ? Result.Ok(await consultations.ListAsync(new ConsultationFilter(
                Status: ConsultationStatus.InProgress, Staff: caller.User.Role is Role.Admin ? null : caller.Id), cancellation))
            : StaffOnly;

    private async Task<Result<StartedConsultation>> StartInLaneAsync(Caller caller, ConversationId room, string title, CancellationToken cancellation)
    {
        // Another node may end the active consultation between the two statements; one of them then succeeds on the next turn.
        while (true)
        {
            if (await consultations.TryStartAsync(room, caller.Id, title, cancellation) is { } id)
            {
                var started = await RequireAsync(id, cancellation);
                events.Publish(new ConsultationStarted(started));
                return new StartedConsultation(started, IsNew: true);
            }
            if (await consultations.FindActiveAsync(room, cancellation) is { } active)
                return new StartedConsultation(active, IsNew: false);
        }
    }

    private async Task<Result<ConsultationDetail>> ClaimInLaneAsync(
        Caller caller, ConsultationId id, Action<ConsultationDetail> claimed, CancellationToken cancellation)
    {
        var won = await consultations.TryClaimAsync(id, caller.Id, cancellation);
        var detail = await RequireAsync(id, cancellation);
        if (detail.Consultation.StaffId != caller.Id)
            return new ChatError(ErrorCode.AlreadyClaimed, "This session was taken by another staff member") { Winner = detail.Consultation.StaffId };
        await shown.CatchUpAsync(detail.Conversation, detail.Conversation.LastSeq, cancellation);
        if (ConversationAccess.MayEnter(caller, detail.Conversation))
            claimed(detail);
        if (won)
        {
            events.Publish(new ConsultationClaimed(detail, caller.User));
            events.Publish(new ConversationAssigned(detail.Conversation));
        }
        return detail;
    }

    private async Task<Result<ConsultationDetail>> EndInLaneAsync(Caller caller, ConsultationId id, CancellationToken cancellation)
    {
        var ended = await consultations.TryEndAsync(id, caller.User.Role is Role.Admin ? null : caller.Id, cancellation);
        var detail = await RequireAsync(id, cancellation);
        if (ended)
            events.Publish(new ConsultationEnded(detail.Consultation));
        var isTheirs = caller.User.Role is Role.Admin || detail.Consultation.StaffId == caller.Id;
        return isTheirs ? detail : NotYours;
    }

    private async Task<ConsultationDetail> RequireAsync(ConsultationId id, CancellationToken cancellation) =>
        await consultations.FindAsync(id, cancellation) ?? throw new InvalidOperationException($"Consultation {id.Value} is gone; nothing deletes them");

    private static bool MaySee(Caller caller, Consultation consultation) => caller.User.Role switch
    {
        Role.Admin => true,
        Role.Staff => consultation.StaffId is null || consultation.StaffId == caller.Id,
        _ => consultation.CustomerId == caller.Id,
    };
}
