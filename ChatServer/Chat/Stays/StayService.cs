using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Stays;

/// <summary>A conversation with the newest stretch of its log, oldest first.</summary>
public sealed record StayView(StaySummary Summary, IReadOnlyList<Message> Messages);

/// <summary>What those who answer guests do, in conversations of guests and in threads that they take part in.</summary>
public sealed class StayService(
    IStayRepository stays, IConversationRepository conversations, IMessageRepository messages, GuestService guests, IGuestRepository house, ConversationLanes lanes, IEventPublisher events)
{
    public static readonly ChatError NoSuchConversation = ChatError.NotFound("Conversation");
    public static readonly ChatError NotAMember = ChatError.Forbidden("You do not have access to this department");
    public static readonly ChatError NotAGuests = ChatError.Forbidden("Only conversations of guests are closed and taken up again");
    public static readonly ChatError NotReopened = ChatError.Invalid("The conversation is open already, or another has taken its place");

    /// <summary>The active conversations of the caller's departments, and the caller's threads.</summary>
    public Task<IReadOnlyList<StaySummary>> ListAsync(Caller caller, CancellationToken cancellation) => stays.ListAsync(caller.User, cancellation);

    /// <summary>A conversation that the caller may enter, and nothing else (reliability P7).</summary>
    public async Task<Result<Conversation>> EnterAsync(Caller caller, ConversationId id, CancellationToken cancellation)
    {
        if (await conversations.FindAsync(id, cancellation) is not { Kind: ConversationKind.Stay or ConversationKind.Thread } conversation)
            return NoSuchConversation;
        return ConversationAccess.MayEnter(caller, conversation) ? conversation : ConversationAccess.Refuse(caller.User, conversation);
    }

    /// <summary>A conversation with its newest messages. Looking at it marks nothing read (contracts S3-14).</summary>
    public async Task<Result<StayView>> ReadAsync(Caller caller, ConversationId id, Page page, CancellationToken cancellation)
    {
        if (await stays.FindAsync(id, caller.Id, cancellation) is not { } summary)
            return NoSuchConversation;
        if (!ConversationAccess.MayEnter(caller, summary.Detail.Conversation))
            return ConversationAccess.Refuse(caller.User, summary.Detail.Conversation);
        return new StayView(summary, (await messages.ReadAsync(id, page, cancellation)).Messages);
    }

    /// <summary>Begins a conversation with a guest, or finds the one that is under way (contracts S3-12).</summary>
    /// <returns>The conversation, and whether it is new.</returns>
    public async Task<Result<(Conversation Conversation, bool IsNew)>> OpenAsync(Caller caller, string? number, string? department, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(department))
            return ChatError.Invalid("department_type is required");
        if (!(await guests.FindAsync(number, cancellation)).TryGet(out var guest, out var error))
            return error;
        if (guest.Stay is not { } stay)
            return GuestService.NoStay;
        if (DepartmentName.Find(await house.FindDepartmentsAsync(stay.HotelId, cancellation), department) is not [var found, ..])
            return GuestService.NoSuchDepartment;
        if (!(await house.FindMembershipsAsync([caller.Id], cancellation))[caller.Id].Any(mine => mine.Id == found.Id))
            return NotAMember;
        var user = await house.EnsureUserAsync(guest.Guest, cancellation);
        var (id, isNew) = await stays.EnsureAsync(guest.Guest, user, found, GuestService.TypeOf(found, stay.Status), cancellation);
        var conversation = (await conversations.FindAsync(id, cancellation))!;
        if (isNew)
            events.Publish(new StayChanged(conversation, Unread: 0));
        return (conversation, isNew);
    }

    /// <summary>Marks the guest's messages read, for everyone who answers; in a thread those of others, for the caller.</summary>
    /// <returns>Those that had not been read so before.</returns>
    public async Task<Result<IReadOnlyList<MessageId>>> MarkReadAsync(
        Caller caller, ConversationId id, IReadOnlyCollection<MessageId>? which, CancellationToken cancellation)
    {
        if (!(await EnterAsync(caller, id, cancellation)).TryGet(out var conversation, out var error))
            return error;
        var marked = await stays.MarkReadAsync(id, caller.Id, which, cancellation);
        if (marked.Count > 0 && conversation.Kind is ConversationKind.Thread)
            events.Publish(new MessagesRead(conversation, caller.User, [.. marked.Select(message => message.Uid)]));
        else if (marked.Count > 0 && await stays.FindAsync(id, caller.Id, cancellation) is { } summary)
            events.Publish(new StayChanged(summary.Detail.Conversation, summary.Unread));
        return Result.Ok<IReadOnlyList<MessageId>>([.. marked.Select(message => message.Id)]);
    }

    /// <summary>Closes a conversation; closed already, nothing changes. What the guest says next begins another.</summary>
    public Task<Result<Conversation>> CloseAsync(Caller caller, ConversationId id, CancellationToken cancellation) =>
        ChangeAsync(caller, id, async () => await stays.TryCloseAsync(id, cancellation) ? null : NoChange, cancellation);

    /// <summary>Takes a closed conversation up again, unless another has taken its place.</summary>
    public Task<Result<Conversation>> ReopenAsync(Caller caller, ConversationId id, CancellationToken cancellation) =>
        ChangeAsync(caller, id, async () => await stays.TryReopenAsync(id, cancellation) ? null : NotReopened, cancellation);

    private static readonly ChatError NoChange = ChatError.Invalid("The conversation is closed already");

    /// <summary>In the conversation's lane, so that its end is told after what was said before it.</summary>
    private Task<Result<Conversation>> ChangeAsync(Caller caller, ConversationId id, Func<Task<ChatError?>> change, CancellationToken cancellation) =>
        lanes.RunAsync(id, async () =>
        {
            if (!(await EnterAsync(caller, id, cancellation)).TryGet(out var conversation, out var error))
                return error;
            if (conversation.Kind is ConversationKind.Thread)
                return NotAGuests;
            if (await change() is { } refused && refused != NoChange)
                return (Result<Conversation>)refused;
            var summary = (await stays.FindAsync(id, caller.Id, cancellation))!;
            events.Publish(new StayChanged(summary.Detail.Conversation, summary.Unread));
            return summary.Detail.Conversation;
        }, cancellation);
}
