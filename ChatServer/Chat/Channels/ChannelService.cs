using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Channels;

/// <summary>A conversation with a stretch of its log, oldest first.</summary>
public sealed record ChannelView(ChannelSummary Summary, IReadOnlyList<Message> Messages);

/// <summary>
/// Channels: each customer has one, shared by everyone who serves and answered by whoever likes. Who fetches messages has read them.
/// </summary>
public sealed class ChannelService(
    ChannelIds ids, IChannelRepository channels, IConversationRepository conversations, IMessageRepository messages, IUserRepository users)
{
    public static readonly ChatError MissingCustomer = ChatError.Invalid("The customer is missing");
    public static readonly ChatError NoSuchUser = ChatError.NotFound("User");
    public static readonly ChatError NotACustomer = ChatError.Invalid("The user is no customer");
    public static readonly ChatError CustomersOnly = ChatError.Forbidden("Only customers may do this");
    public static readonly ChatError StaffOnly = ChatError.Forbidden("Only staff may do this");

    /// <summary>Messages that a client which names its newest one is sent at most; what is older is read by <see cref="ReadAsync"/>.</summary>
    public const int MaxMissed = 500;

    /// <summary>The channel in which the caller speaks, made if it is not there: a customer's own whatever is asked for, otherwise the given customer's.</summary>
    public async Task<Result<ConversationId>> OpenAsync(Caller caller, UserId? customer, CancellationToken cancellation)
    {
        if (!caller.User.Serves)
            return await ids.EnsureAsync(caller.Id, cancellation);
        if (customer is { } known && ids.TryFind(known, out var id))
            return id;
        return (await FindCustomerAsync(caller, customer, cancellation)).TryGet(out var found, out var error)
            ? await ids.EnsureAsync(found.Id, cancellation)
            : error;
    }

    /// <summary>The customer whom somebody who serves means.</summary>
    public async Task<Result<User>> FindCustomerAsync(Caller caller, UserId? customer, CancellationToken cancellation)
    {
        if (!caller.User.Serves)
            return StaffOnly;
        if (customer is not { } id)
            return MissingCustomer;
        return (await users.FindManyAsync([id], cancellation)) switch
        {
            [] => NoSuchUser,
            [{ Serves: true }, ..] => NotACustomer,
            [var found, ..] => found,
        };
    }

    /// <summary>The caller's list; a customer's own channel is in it from the first time on.</summary>
    public async Task<IReadOnlyList<ChannelSummary>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        if (!caller.User.Serves)
            await ids.EnsureAsync(caller.Id, cancellation);
        return await channels.ListAsync(caller.User, cancellation);
    }

    /// <summary>The caller's own channel with its newest messages. Customers only.</summary>
    public async Task<Result<ChannelView>> FindOwnAsync(Caller caller, CancellationToken cancellation) =>
        caller.User.Serves ? CustomersOnly : await FindAsync(caller, await ids.EnsureAsync(caller.Id, cancellation), cancellation);

    /// <summary>A conversation with its newest messages, for those who may enter it.</summary>
    public async Task<Result<ChannelView>> FindAsync(Caller caller, ConversationId id, CancellationToken cancellation)
    {
        if (await channels.FindAsync(id, caller.User, cancellation) is not { } summary)
            return ChatError.NotFound("Conversation");
        if (!ConversationAccess.MayEnter(caller, summary.Detail.Conversation))
            return ConversationAccess.Refuse(caller.User, summary.Detail.Conversation);
        return new ChannelView(summary, await FetchAsync(caller, summary.Detail.Conversation, Slice.Latest, cancellation));
    }

    /// <summary>Messages of a conversation, oldest first, for those who may enter it.</summary>
    public async Task<Result<IReadOnlyList<Message>>> ReadAsync(Caller caller, ConversationId id, Slice slice, CancellationToken cancellation)
    {
        if (await conversations.FindAsync(id, cancellation) is not { } conversation)
            return ChatError.NotFound("Conversation");
        return ConversationAccess.MayEnter(caller, conversation)
            ? Result.Ok(await FetchAsync(caller, conversation, slice, cancellation))
            : ConversationAccess.Refuse(caller.User, conversation);
    }

    /// <summary>Messages of everything in the caller's list, newest first. Marks nothing read.</summary>
    public Task<IReadOnlyList<Message>> ReadAllAsync(Caller caller, Slice slice, CancellationToken cancellation) =>
        channels.ReadAllAsync(caller.User, slice, cancellation);

    /// <summary>One message of a conversation that the caller may enter; otherwise nobody is told whether there is one.</summary>
    public async Task<Result<Message>> FindMessageAsync(Caller caller, MessageId id, CancellationToken cancellation) =>
        await messages.FindAsync(id, cancellation) is { } message &&
        await conversations.FindAsync(message.ConversationId, cancellation) is { } conversation &&
        ConversationAccess.MayEnter(caller, conversation)
            ? message
            : ChatError.NotFound("Message");

    /// <summary>What was said in the caller's conversations after a message, in the order of ids; of very many the newest.</summary>
    public Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadMissedAsync(Caller caller, MessageId after, CancellationToken cancellation) =>
        channels.ReadAfterAsync(caller.User, after, MaxMissed, cancellation);

    /// <summary>Numbers without gaps make a stretch of the log a range of them.</summary>
    private async Task<IReadOnlyList<Message>> FetchAsync(Caller caller, Conversation conversation, Slice slice, CancellationToken cancellation)
    {
        var upTo = conversation.LastSeq - Math.Min(slice.Offset, conversation.LastSeq);
        if (upTo == 0)
            return [];
        var read = await messages.ReadRangeAsync(conversation.Id, Math.Max(1, upTo - slice.Limit + 1), upTo, cancellation);
        await channels.MarkReadAsync(conversation.Id, caller.Id, upTo, cancellation);
        return read;
    }
}
