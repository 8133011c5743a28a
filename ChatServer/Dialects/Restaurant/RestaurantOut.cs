using System.Text.Json.Serialization;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using static ChatServer.Dialects.Restaurant.RestaurantText;

namespace ChatServer.Dialects.Restaurant;

// What REST shows, in the document's order of fields. Unlike an event it is made for one reader, who learns the names of those who
// serve only if they serve too (contracts S0-5).

/// <summary>A person; no text of it is ever null, because strict clients bear none.</summary>
internal sealed record UserInfoOut(long Id, string Username, string HoTen, string LoaiNguoiDung)
{
    private static readonly UserInfoOut Nobody = new(0, "", "", "khach_hang");

    public static UserInfoOut From(User? user) => user is null
        ? Nobody
        : new UserInfoOut(user.Id.Value, WithoutTags(user.UserName), RestaurantWords.NameOf(user), RestaurantWords.KindOf(user));

    /// <summary>As <paramref name="reader"/> may see a sender. The id stays, because clients compare it with their own.</summary>
    public static UserInfoOut From(User? sender, User reader) => reader.Serves || sender is { Serves: false, IsSystem: false }
        ? From(sender)
        : new UserInfoOut(sender?.Id.Value ?? 0, "nhan_vien", RestaurantWords.Staff, "nhan_vien");
}

/// <param name="ConversationId">The same as <paramref name="Conversation"/>, as events spell it; so with <paramref name="NguoiGoiId"/>.</param>
/// <param name="Seq">Its number in the conversation, without gaps (additive).</param>
internal sealed record MessageOut(
    long Id, long Conversation, long ConversationId, long NguoiGoi, long NguoiGoiId, string NguoiGoiName, string NguoiGoiDisplay,
    UserInfoOut NguoiGoiInfo, string NoiDung, DateTimeOffset ThoiGian, long Seq)
{
    public static MessageOut From(Message message, User reader)
    {
        var (conversation, sender) = (message.ConversationId.Value, UserInfoOut.From(message.Sender, reader));
        return new MessageOut(
            message.Id.Value, conversation, conversation, sender.Id, sender.Id, sender.HoTen, sender.HoTen, sender,
            WithoutTags(message.Content), message.CreatedAt, message.Seq);
    }

    public static IReadOnlyList<MessageOut> From(IReadOnlyList<Message> messages, User reader) => [.. messages.Select(message => From(message, reader))];
}

internal sealed record LastMessageOut(long Id, string NoiDung, DateTimeOffset ThoiGian, string NguoiGoiName)
{
    public static LastMessageOut? From(Message? message, User reader) => message is null
        ? null
        : new LastMessageOut(message.Id.Value, WithoutTags(message.Content), message.CreatedAt, UserInfoOut.From(message.Sender, reader).HoTen);
}

/// <param name="IsStaffGroup">All who serve share it: all but threads.</param>
/// <param name="Messages">The newest ones, oldest first, where one conversation is asked for.</param>
internal sealed record ConversationOut(
    long Id, long Customer, UserInfoOut CustomerInfo, bool IsStaffGroup, DateTimeOffset CreatedAt, DateTimeOffset? LastMessageAt,
    LastMessageOut? LastMessage, int UnreadCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MessageOut>? Messages = null)
{
    public static ConversationOut From(ChannelSummary summary, User reader)
    {
        var conversation = summary.Detail.Conversation;
        return new ConversationOut(
            conversation.Id.Value, conversation.CustomerId?.Value ?? 0, CustomerOf(conversation, reader), IsStaffGroup: conversation.Thread is null,
            conversation.CreatedAt, conversation.LastMessageAt, LastMessageOut.From(summary.Detail.LastMessage, reader), summary.Unread);
    }

    public static ConversationOut From(ChannelView view, User reader) =>
        From(view.Summary, reader) with { Messages = MessageOut.From(view.Messages, reader) };

    /// <summary>Somebody who serves may have opened a thread, and is named to those who serve alone.</summary>
    private static UserInfoOut CustomerOf(Conversation conversation, User reader) =>
        conversation.Customer is { Serves: true } opener ? UserInfoOut.From(opener, reader) : UserInfoOut.From(conversation.Customer);
}

/// <summary>A REST error in the two shapes of the original: <c>detail</c> where the framework refuses, <c>error</c> where the application does.</summary>
internal sealed record RestErrorOut(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Details = null);
