using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Receipts;

/// <summary>That somebody has read what somebody else said.</summary>
/// <param name="Reader">The reader's uuid.</param>
public sealed record Receipt(MessageId MessageId, Guid Reader, DateTimeOffset ReadAt);

public interface IReceiptRepository
{
    /// <summary>Notes that a user has read a message of somebody else; a second time changes nothing.</summary>
    Task MarkReadAsync(MessageId message, UserId reader, CancellationToken cancellation);

    /// <summary>As <see cref="MarkReadAsync"/>, those of the messages that others said in this conversation; returns which, also those read before.</summary>
    Task<IReadOnlyList<Guid>> MarkManyReadAsync(ConversationId conversation, IReadOnlyCollection<Guid> messages, UserId reader, CancellationToken cancellation);

    /// <summary>Notes that a user has read all that others said in a conversation so far; returns how many were new to them.</summary>
    Task<int> MarkAllReadAsync(ConversationId conversation, UserId reader, CancellationToken cancellation);

    /// <summary>Who has read these messages, the earliest first.</summary>
    Task<IReadOnlyList<Receipt>> FindAsync(IReadOnlyCollection<MessageId> messages, CancellationToken cancellation);
}

/// <summary>Noting who has read what.</summary>
public sealed class ReceiptService(IReceiptRepository receipts, IMessageRepository messages, IConversationRepository conversations, IEventPublisher events)
{
    /// <summary>Messages that may be named at once (reliability section 4: array items).</summary>
    public const int MaxMessages = 1000;

    /// <summary>Marks one message read. One's own is left as it is: a receipt says that somebody else has read it.</summary>
    public async Task<Result<Message>> MarkReadAsync(Caller caller, MessageId id, CancellationToken cancellation)
    {
        if (await messages.FindAsync(id, cancellation) is not { } message)
            return ChatError.NotFound("Message");
        if (!(await MayEnterAsync(caller, message.ConversationId, cancellation)).TryGet(out var conversation, out var error))
            return error.Code is ErrorCode.NotFound ? ChatError.NotFound("Message") : error;
        if (message.Sender?.Id == caller.Id)
            return message;
        await receipts.MarkReadAsync(id, caller.Id, cancellation);
        events.Publish(new MessagesRead(conversation, caller.User, [message.Uid]));
        return message with { IsRead = true };
    }

    /// <summary>Marks messages of a conversation read; what is not in it, or the caller's own, is passed over. The value is how many were meant.</summary>
    /// <param name="caller">Who has read.</param>
    /// <param name="id">The conversation.</param>
    /// <param name="which">The messages; null: all, as <see cref="MarkAllReadAsync"/>.</param>
    /// <param name="cancellation">Gives up; what is read stays read.</param>
    public async Task<Result<int>> MarkReadAsync(Caller caller, ConversationId id, IReadOnlyCollection<Guid>? which, CancellationToken cancellation)
    {
        if (which is null)
            return await MarkAllReadAsync(caller, id, cancellation);
        if (which.Count > MaxMessages)
            return ChatError.Invalid($"At most {MaxMessages} messages can be marked at once");
        if (!(await MayEnterAsync(caller, id, cancellation)).TryGet(out var conversation, out var error))
            return error;
        var read = await receipts.MarkManyReadAsync(id, which, caller.Id, cancellation);
        if (read.Count > 0)
            events.Publish(new MessagesRead(conversation, caller.User, read));
        return read.Count;
    }

    /// <summary>Marks everything read that others said in a conversation; the value is how many messages that changed.</summary>
    public async Task<Result<int>> MarkAllReadAsync(Caller caller, ConversationId id, CancellationToken cancellation)
    {
        if (!(await MayEnterAsync(caller, id, cancellation)).TryGet(out var conversation, out var error))
            return error;
        var count = await receipts.MarkAllReadAsync(id, caller.Id, cancellation);
        events.Publish(new MessagesRead(conversation, caller.User, null));
        return count;
    }

    private async Task<Result<Conversation>> MayEnterAsync(Caller caller, ConversationId id, CancellationToken cancellation)
    {
        if (await conversations.FindAsync(id, cancellation) is not { } conversation)
            return ChatError.NotFound("Room");
        return ConversationAccess.MayEnter(caller, conversation) ? conversation : ConversationAccess.Refuse(caller.User, conversation);
    }
}
