using System.Globalization;
using System.Text;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Devices;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>What a device is shown of a message (contracts S0-16).</summary>
internal sealed class PushNotification(Message message, User sender, Conversation conversation)
{
    /// <summary>Characters of the text, as Python counts them: code points.</summary>
    private const int MaxLength = 100;

    private readonly FcmNotificationOut _shown = new($"Tin nhắn mới từ {Start(NameOf(sender))}", Start(message.Content));

    private readonly Dictionary<string, string> _data = new()
    {
        ["type"] = "chat",
        ["message_id"] = Text(message.Id.Value),
        ["conversation_id"] = Text(conversation.Id.Value),
        ["customer_id"] = conversation.CustomerId is { } customer ? Text(customer.Value) : "",
    };

    /// <summary>One name for all attempts: where an answer was lost and the message comes twice, the second replaces the first.</summary>
    private readonly string _tag = $"message-{Text(message.Id.Value)}";

    public FcmMessageOut For(Device device) => new(
        device.Token.Value, _shown, _data,
        new FcmAndroidOut(new FcmAndroidNotificationOut(_tag)),
        new FcmApnsOut(new Dictionary<string, string> { ["apns-collapse-id"] = _tag }));

    private static string NameOf(User sender) => sender switch
    {
        // Which employee answers is not the customer's to know (contracts S0-5).
        { Serves: true } => RestaurantWords.Staff,
        { FullName: { Length: > 0 } name } => name,
        _ => sender.UserName,
    };

    /// <summary>Without tags, as everywhere on this dialect's way out, and whole code points only: half a surrogate pair is no text.</summary>
    private static string Start(string stored)
    {
        var text = RestaurantText.WithoutTags(stored);
        if (text.Length <= MaxLength)
            return text;
        var start = new StringBuilder(MaxLength);
        foreach (var rune in text.EnumerateRunes().Take(MaxLength))
            start.Append(rune);
        return start.ToString();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
