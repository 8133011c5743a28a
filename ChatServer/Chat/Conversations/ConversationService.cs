using ChatServer.Chat.Consultations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Conversations;

/// <summary>What someone who enters a conversation finds: the conversation, its latest messages, the consultation under way.</summary>
public sealed record ConversationSnapshot(ConversationDetail Detail, MessagePage History, ConsultationDetail? Current);

/// <summary>Finding, listing and entering conversations.</summary>
public sealed class ConversationService(
    IConversationRepository conversations,
    IMessageRepository messages,
    IConsultationRepository consultations,
    ConversationLanes lanes,
    ShownLogs shown)
{
    private static readonly ChatError StaffOnly = ChatError.Forbidden("Only staff may do this");

    /// <summary>The rooms a user calls theirs: a customer's own (made if absent), those a staff member answers, all of them for an admin; and threads.</summary>
    public async Task<IReadOnlyList<ConversationDetail>> ListMineAsync(Caller caller, CancellationToken cancellation)
    {
        if (caller.User.Role is Role.Customer)
            await conversations.EnsureAsync(ConversationKind.Room, caller.Id, cancellation);
        return await conversations.ListAsync(caller.User.Role switch
        {
            Role.Customer => new ConversationFilter(Customer: caller.Id, Participant: caller.Id),
            Role.Staff => new ConversationFilter(Assignee: caller.Id, Participant: caller.Id),
            _ => new ConversationFilter(ConversationKind.Room, Participant: caller.Id),
        }, cancellation);
    }

    /// <summary>Rooms that nobody answers yet. Staff and admins only.</summary>
    public async Task<Result<IReadOnlyList<ConversationDetail>>> ListUnassignedAsync(Caller caller, bool withMessages, CancellationToken cancellation) =>
        caller.User.Serves
            ? Result.Ok(await conversations.ListAsync(new ConversationFilter(ConversationKind.Room, Assigned: false, HasMessages: withMessages), cancellation))
            : StaffOnly;

    /// <summary>Rooms that somebody answers: a staff member sees their own, an admin all.</summary>
    public async Task<Result<IReadOnlyList<ConversationDetail>>> ListAssignedAsync(Caller caller, CancellationToken cancellation) =>
        caller.User.Serves
            ? Result.Ok(await conversations.ListAsync(
                new ConversationFilter(ConversationKind.Room, Assigned: true, Assignee: caller.User.Role is Role.Admin ? null : caller.Id), cancellation))
            : StaffOnly;

    /// <summary>A conversation, its latest messages and the consultation under way, for those who may enter it.</summary>
    public async Task<Result<ConversationSnapshot>> FindAsync(Caller caller, ConversationId id, Page page, CancellationToken cancellation)
    {
        if (await conversations.FindDetailAsync(id, cancellation) is not { } detail)
            return ChatError.NotFound("Room");
        if (!ConversationAccess.MayEnter(caller, detail.Conversation))
            return ConversationAccess.Refuse(caller.User, detail.Conversation);
        var history = await messages.ReadAsync(id, page, cancellation);
        return new ConversationSnapshot(detail, history, await consultations.FindActiveAsync(id, cancellation));
    }

    /// <summary>Lets a session into a conversation so that what it is shown joins up: history first, then every later event, nothing twice.</summary>
    /// <param name="caller">Who enters.</param>
    /// <param name="id">The conversation.</param>
    /// <param name="entered">Called with the snapshot while nothing can be said: the place to subscribe the session and show it the history.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task<Result<ConversationSnapshot>> EnterAsync(
        Caller caller, ConversationId id, Action<ConversationSnapshot> entered, CancellationToken cancellation) =>
        lanes.RunAsync(id, async () =>
        {
            var found = await FindAsync(caller, id, Page.Latest, cancellation);
            if (!found.TryGet(out var snapshot, out _))
                return found;
            await shown.CatchUpAsync(snapshot.Detail.Conversation, snapshot.History.Total, cancellation);
            entered(snapshot);
            return found;
        }, cancellation);
}
