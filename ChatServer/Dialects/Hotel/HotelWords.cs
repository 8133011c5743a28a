using System.Globalization;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Hotel;

/// <summary>The dialect's words.</summary>
internal static class HotelWords
{
    public static string Of(StayType type) => type switch
    {
        StayType.Checkin => "checkin",
        StayType.Service => "service",
        StayType.General => "general",
        _ => "demo",
    };

    /// <summary>Of a message without a file of ours, as its sender called it.</summary>
    public static string Of(MessageType type) => type switch
    {
        MessageType.Image => "image",
        MessageType.File => "document",
        MessageType.System => "system",
        _ => "text",
    };

    /// <summary>What a guest's side may call a message; null for none of it.</summary>
    public static MessageType? ToType(string? word) => word switch
    {
        null or "text" => MessageType.Text,
        "image" => MessageType.Image,
        "document" => MessageType.File,
        _ => null,
    };

    public static string StatusOf(Conversation conversation) => conversation.IsClosed ? "closed" : "active";

    public static string NameOf(User user) => user.FullName is { Length: > 0 } full ? full
        : string.Join(' ', ((string?[])[user.FirstName, user.LastName]).OfType<string>()) is { Length: > 0 } both ? both
        : user.UserName;

    /// <summary>Contracts S3-19; older than a week shows the date.</summary>
    public static string TimeAgo(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalMinutes: < 1 } => "Just now",
        { TotalHours: < 1 } age => Count((int)age.TotalMinutes, "minute"),
        { TotalDays: < 1 } age => Count((int)age.TotalHours, "hour"),
        { TotalDays: < 7 } age => Count((int)age.TotalDays, "day"),
        _ => then.UtcDateTime.ToString("MMM dd, yyyy", CultureInfo.InvariantCulture),
    };

    private static string Count(int number, string unit) => $"{number} {unit}{(number == 1 ? "" : "s")} ago";
}
