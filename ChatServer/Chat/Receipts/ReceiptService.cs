using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Receipts;

public interface IReceiptRepository
{
    /// <summary>Notes that a user has read a message; a second time changes nothing.</summary>
    Task MarkReadAsync(MessageId message, UserId reader, CancellationToken cancellation);

    /// <summary>Notes that a user has read all that others said in a conversation so far; returns how many were new to them.</summary>
    Task<int> MarkAllReadAsync(ConversationId conversation, UserId reader, CancellationToken cancellation);
}

/// <summary>Noting who has read what.</summary>
public sealed class ReceiptService(IReceiptRepository receipts, IMessageRepository messages, IConversationRepository conversations)
{
    /// <summary>Marks one message read. One's own is left as it is: a receipt says that somebody else has read it.</summary>
    public async Task<Result<Message>> MarkReadAsync(Caller caller, MessageId id, CancellationToken cancellation)
    {
        if (await messages.FindAsync(id, cancellation) is not { } message)
            return ChatError.NotFound("Message");
        if (!(await MayEnterAsync(caller, message.ConversationId, cancellation)).TryGet(out _, out var error))
            return error.Code is ErrorCode.NotFound ? ChatError.NotFound("Message") : error;
        if (message.Sender?.Id == caller.Id)
            return message;
        await receipts.MarkReadAsync(id, caller.Id, cancellation);
        return message with { IsRead = true };
    }

    /// <summary>Marks everything read that others said in a conversation; the value is how many messages that changed.</summary>
    public async Task<Result<int>> MarkAllReadAsync(Caller caller, ConversationId id, CancellationToken cancellation)
    {
        if (!(await MayEnterAsync(caller, id, cancellation)).TryGet(out _, out var error))
            return error;
        return await receipts.MarkAllReadAsync(id, caller.Id, cancellation);
    }

    private async Task<Result<Conversation>> MayEnterAsync(Caller caller, ConversationId id, CancellationToken cancellation)
    {
        if (await conversations.FindAsync(id, cancellation) is not { } conversation)
            return ChatError.NotFound("Room");
        return ConversationAccess.MayEnter(caller.User, conversation) ? conversation : ConversationAccess.Refuse(caller.User, conversation);
    }
}
