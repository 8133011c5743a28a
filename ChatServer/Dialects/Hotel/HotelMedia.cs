using ChatServer.Chat.Attachments;
using ChatServer.Chat.Messages;
using ChatServer.Dialects.Rest.Files;

namespace ChatServer.Dialects.Hotel;

/// <summary>The one file that this dialect shows of a message; another dialect's message may have more.</summary>
internal readonly record struct HotelMedia(string? Url, string? FileName)
{
    public static HotelMedia Of(Message message, FileLinks links) =>
        message.Attachments is [var file, ..] ? new HotelMedia(links.UrlOf(file), file.FileName) : default;

    public static MessageType TypeOf(Attachment file) => file.IsImage ? MessageType.Image : MessageType.File;
}
