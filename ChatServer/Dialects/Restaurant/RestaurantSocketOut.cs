using System.Text.Json.Serialization;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using static ChatServer.Dialects.Restaurant.RestaurantText;

namespace ChatServer.Dialects.Restaurant;

// Payloads of the server's events, and acknowledgements (contracts C6: additive, the document defines none). They are the same for
// everybody, so they name nobody who serves.

/// <summary>The conversation as it stands in <c>new_message</c>; later servers sent it, and the Flutter client reads it.</summary>
internal sealed record MessageConversationOut(long Id, long CustomerId, string CustomerName, string? CustomerPhone, DateTimeOffset LastMessageAt)
{
    public static MessageConversationOut From(Conversation conversation, Message message) => new(
        conversation.Id.Value, conversation.CustomerId?.Value ?? 0, CustomerOut.NameOf(conversation), CustomerOut.PhoneOf(conversation), message.CreatedAt);
}

/// <summary><c>new_message</c>. Only the first six fields are documented.</summary>
/// <param name="NguoiGoiId">0 for a message of the system: strict clients bear no null.</param>
/// <param name="NguoiGoi">The same as REST spells it.</param>
internal sealed record NewMessageOut(
    long Id, long ConversationId, long NguoiGoiId, string NguoiGoiName, string NoiDung, DateTimeOffset ThoiGian,
    long NguoiGoi, MessageConversationOut Conversation, long Seq)
{
    public static NewMessageOut From(Message message, Conversation conversation)
    {
        var sender = message.Sender?.Id.Value ?? 0;
        return new NewMessageOut(
            message.Id.Value, message.ConversationId.Value, sender, RestaurantWords.PublicNameOf(message.Sender), WithoutTags(message.Content),
            message.CreatedAt, sender, MessageConversationOut.From(conversation, message), message.Seq);
    }
}

/// <summary>A conversation's customer, as events tell of them.</summary>
internal static class CustomerOut
{
    /// <summary>A thread may have been opened by somebody who serves.</summary>
    public static string NameOf(Conversation conversation) => conversation.Customer is { } customer ? RestaurantWords.PublicNameOf(customer) : "";

    /// <summary>Not of a thread, whose participants may be strangers to each other.</summary>
    public static string? PhoneOf(Conversation conversation) => conversation is { Thread: null, Customer.Phone: { } phone } ? WithoutTags(phone) : null;
}

internal sealed record NewestOut(string NoiDung, DateTimeOffset ThoiGian);

/// <summary><c>new_conversation</c>: a channel in which something was said for the first time.</summary>
internal sealed record NewConversationOut(long Id, long CustomerId, string CustomerName, string? CustomerPhone, DateTimeOffset CreatedAt, NewestOut LastMessage)
{
    public static NewConversationOut From(ConversationBumped e) => new(
        e.Conversation.Id.Value, e.Conversation.CustomerId?.Value ?? 0, CustomerOut.NameOf(e.Conversation), CustomerOut.PhoneOf(e.Conversation),
        e.Conversation.CreatedAt, new NewestOut(WithoutTags(e.Message.Content), e.Message.CreatedAt));
}

internal sealed record NewestOfListOut(string NoiDung, DateTimeOffset ThoiGian, string NguoiGoiName);

/// <summary><c>update_conversation_list</c>: a channel has moved to the top.</summary>
internal sealed record ConversationListOut(
    long Id, long CustomerId, string CustomerName, string? CustomerPhone, DateTimeOffset CreatedAt, DateTimeOffset LastMessageAt,
    NewestOfListOut LastMessage, bool IsNew)
{
    public static ConversationListOut From(ConversationBumped e) => new(
        e.Conversation.Id.Value, e.Conversation.CustomerId?.Value ?? 0, CustomerOut.NameOf(e.Conversation), CustomerOut.PhoneOf(e.Conversation),
        e.Conversation.CreatedAt, e.Message.CreatedAt,
        new NewestOfListOut(WithoutTags(e.Message.Content), e.Message.CreatedAt, RestaurantWords.PublicNameOf(e.Message.Sender)), e.IsNew);
}

/// <summary><c>user_typing</c>. The document shows only the name; the customer says where (contracts S0-9), and in which of theirs the conversation.</summary>
internal sealed record UserTypingOut(long UserId, string UserName, bool IsTyping, long CustomerId, long ConversationId)
{
    public static UserTypingOut From(Conversation conversation, User user, bool isTyping) => new(
        user.Id.Value, RestaurantWords.PublicNameOf(user), isTyping, conversation.CustomerId?.Value ?? 0, conversation.Id.Value);
}

/// <param name="Message">As REST would show it to the sender.</param>
internal sealed record SentAckOut(bool Ok, MessageOut Message);

internal sealed record TypingAckOut(bool Ok);

internal sealed record JoinedAckOut(bool Ok, long CustomerId);

/// <param name="RetryAfter">Seconds to wait, where that would help.</param>
internal sealed record FailureOut(
    string Code, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter);

internal sealed record FailedAckOut(bool Ok, FailureOut Error);

/// <summary>The <c>error</c> event; the document shows an opaque value.</summary>
internal sealed record ErrorOut(
    string Message,
    string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Event,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TempId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter);

/// <summary><c>err.data</c> of a refused connection.</summary>
internal sealed record ConnectErrorOut(string Code);
