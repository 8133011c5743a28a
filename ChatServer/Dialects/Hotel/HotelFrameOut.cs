using System.Text.Json.Serialization;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Rest.Files;

namespace ChatServer.Dialects.Hotel;

// What sockets are sent, in the document's order of fields.

/// <summary>A frame with its data beside its type.</summary>
internal sealed record FrameOut<T>(string Type, T Data);

internal sealed record GuestInfoOut(long Id, string Name, string WhatsappNumber, string? RoomNumber)
{
    public static GuestInfoOut From(StayPlace stay) => new(stay.Guest.Id.Value, stay.Guest.FullName, stay.Guest.WhatsappNumber, stay.RoomNumber);
}

internal sealed record MessageFrameOut(
    long Id, long ConversationId, string SenderType, string SenderName, long? SenderId, string MessageType, string Content, bool IsRead,
    DateTimeOffset CreatedAt, GuestInfoOut GuestInfo, string? MediaUrl, string? MediaFilename, DateTimeOffset UpdatedAt, string DepartmentName)
{
    public static MessageFrameOut From(Message message, Conversation conversation, FileLinks links)
    {
        var (media, sender, place) = (HotelMedia.Of(message, links), SenderOut.From(message.Sender, conversation), HotelPlace.Of(conversation)!);
        return new MessageFrameOut(
            message.Id.Value, message.ConversationId.Value, sender.Type, sender.Name, sender.Id, HotelWords.Of(message.Type), message.Content, message.IsRead, message.CreatedAt,
            GuestInfoOut.From(place), media.Url, media.FileName, message.CreatedAt, place.Department.Name);
    }
}

internal sealed record TypingFrameOut(long ConversationId, long? UserId, string UserName, bool IsTyping)
{
    public static TypingFrameOut From(Conversation conversation, User user, bool isTyping)
    {
        var sender = SenderOut.From(user, conversation);
        return new TypingFrameOut(conversation.Id.Value, sender.Id, sender.Name, isTyping);
    }
}

/// <param name="Message">At the top, as the original has it, without data.</param>
/// <param name="Code">A stable word for programs (additive).</param>
internal sealed record ErrorFrameOut(
    string Type, string Message, string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ConversationId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TempId);

/// <summary>Confirms a frame to who sent it; at the top, as the dashboard reads it.</summary>
internal sealed record AcknowledgmentOut(
    string Type, string Status, long ConversationId, DateTimeOffset Timestamp,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MessageId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MessageType = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Caption = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MessagesMarked = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TempId = null);
