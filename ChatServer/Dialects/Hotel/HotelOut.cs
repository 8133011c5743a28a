using System.Text.Json.Serialization;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Rest.Files;

namespace ChatServer.Dialects.Hotel;

// What clients are shown over REST, in the document's order of fields; nulls are shown. What follows them is ours or the later original's.

internal sealed record GuestOut(long Id, string FullName, string WhatsappNumber, string? RoomNumber)
{
    public static GuestOut From(StayPlace stay) => new(stay.Guest.Id.Value, stay.Guest.FullName, stay.Guest.WhatsappNumber, stay.RoomNumber);
}

internal sealed record ConversationOut(
    long Id, long Guest, long Hotel, string Department, string Status, GuestOut GuestInfo, string HotelName, long UnreadCount,
    DateTimeOffset? LastMessageAt, string? LastMessagePreview, DateTimeOffset CreatedAt, string ConversationType)
{
    /// <summary>Characters of the preview: a line of a list.</summary>
    private const int PreviewLength = 100;

    public static ConversationOut From(StaySummary summary) => From(summary.Detail.Conversation, summary.Unread, summary.Detail.LastMessage);

    public static ConversationOut From(Conversation conversation, long unread, Message? last)
    {
        var stay = HotelPlace.Of(conversation)!;
        return new ConversationOut(
            conversation.Id.Value, stay.Guest.Id.Value, stay.Department.HotelId, stay.Department.Name, HotelWords.StatusOf(conversation), GuestOut.From(stay),
            stay.Department.HotelName, unread, conversation.LastMessageAt, last is null ? null : Cut(last.Content),
            conversation.CreatedAt, HotelWords.Of(stay.Type));
    }

    private static string Cut(string text) =>
        text.Length <= PreviewLength ? text : text[..(char.IsHighSurrogate(text[PreviewLength - 1]) ? PreviewLength - 1 : PreviewLength)];
}

/// <summary>A paginated list, in the original framework's shape.</summary>
internal sealed record PageOut(int Count, string? Next, string? Previous, IReadOnlyList<ConversationOut> Results);

internal sealed record MessageOut(
    long Id, long Conversation, string SenderType, long? Sender, string SenderName, string MessageType, string Content, bool IsRead, string TimeAgo,
    DateTimeOffset CreatedAt, string? MediaUrl, string? MediaFilename, DateTimeOffset UpdatedAt)
{
    public static MessageOut From(Message message, Conversation conversation, FileLinks links, DateTimeOffset now)
    {
        var (media, sender) = (HotelMedia.Of(message, links), SenderOut.From(message.Sender, conversation));
        return new MessageOut(
            message.Id.Value, message.ConversationId.Value, sender.Type, sender.Id, sender.Name, HotelWords.Of(message.Type), message.Content, message.IsRead,
            HotelWords.TimeAgo(message.CreatedAt, now), message.CreatedAt, media.Url, media.FileName, message.CreatedAt);
    }
}

internal sealed record DetailOut(ConversationOut Conversation, IReadOnlyList<MessageOut> Messages)
{
    public static DetailOut From(StayView view, FileLinks links, DateTimeOffset now) => new(
        ConversationOut.From(view.Summary), [.. view.Messages.Select(message => MessageOut.From(message, view.Summary.Detail.Conversation, links, now))]);
}

/// <summary>
/// Who wrote a message, as this dialect tells it: a guest has no id of a user, and whoever else speaks in a stay answers. In a thread the customers
/// are the guests, of whom there may be several, so that they are told apart by their ids.
/// </summary>
internal sealed record SenderOut(string Type, long? Id, string Name)
{
    public static SenderOut From(User? user, Conversation conversation) => user switch
    {
        null or { IsSystem: true } => new SenderOut("system", null, "System"),
        { Id: var id } when conversation.Stay is { Guest: var guest } && guest.UserId == id => new SenderOut("guest", null, guest.FullName),
        { Serves: false } when conversation.Thread is not null => new SenderOut("guest", user.Id.Value, HotelWords.NameOf(user)),
        _ => new SenderOut("staff", user.Id.Value, HotelWords.NameOf(user)),
    };
}

internal sealed record WebhookOut(bool Success, long MessageId, long ConversationId, string Department, string ConversationType, bool ConversationCreated);

internal sealed record CreatedOut(bool Success, string Message, long ConversationId, string GuestName, string Department, ConversationOut Conversation);

/// <summary>The count under the names of both originals (contracts S3-15).</summary>
internal sealed record MarkedOut(bool Success, string Message, long ConversationId, int MessagesMarked, int MessagesMarkedRead, IReadOnlyList<long> MessageIds);

internal sealed record SuccessOut(bool Success);

internal sealed record ClosedOut(bool Success, long ConversationId, string Status);

/// <param name="FileType"><c>image</c> or <c>document</c>.</param>
/// <param name="FileSize">Bytes.</param>
internal sealed record UploadedOut(bool Success, string FileUrl, string Filename, string FileType, long FileSize, string? Caption, long ConversationId);

/// <summary>Refusals: <c>detail</c> where the original's framework refuses, <c>error</c> where its own code does, both where either may (contracts C6).</summary>
internal sealed record ErrorOut(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Details = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ConversationId = null);
