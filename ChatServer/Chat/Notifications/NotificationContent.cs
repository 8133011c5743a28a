using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Notifications;

/// <summary>The rule for what a notification may say: text as in messages, title or body not blank, a few short texts besides.</summary>
public static class NotificationContent
{
    /// <summary>Characters of a title: a line.</summary>
    public const int MaxTitle = 200;

    /// <summary>Characters of the word for its sort.</summary>
    public const int MaxType = 64;

    /// <summary>Entries of the data.</summary>
    public const int MaxEntries = 50;

    /// <summary>Characters of a key of the data.</summary>
    public const int MaxKey = 64;

    /// <summary>Characters of a value of the data.</summary>
    public const int MaxValue = 1000;

    /// <summary>The notification without control characters, or the first rule it breaks.</summary>
    public static Result<NewNotification> Parse(Guid uid, SendNotification command, ClientKey? key)
    {
        if ((CheckText("title", command.Title, MaxTitle) ?? CheckText("body", command.Body, MessageContent.MaxLength)
            ?? CheckWord("type", command.Type, MaxType) ?? CheckData(command.Data)) is { } wrong)
            return wrong;
        var (title, body) = (MessageContent.WithoutControls(command.Title), MessageContent.WithoutControls(command.Body));
        return string.IsNullOrWhiteSpace(title) && string.IsNullOrWhiteSpace(body)
            ? ChatError.Invalid("title or body is required")
            : new NewNotification(
                uid, command.To, command.Sender, title, body, command.Type,
                command.Data.ToDictionary(entry => entry.Key, entry => MessageContent.WithoutControls(entry.Value)), key);
    }

    private static ChatError? CheckData(IReadOnlyDictionary<string, string> data) => data.Count > MaxEntries
        ? ChatError.Invalid($"data must have at most {MaxEntries} entries")
        : data.Select(entry => CheckWord("a key of data", entry.Key, MaxKey) ?? CheckText("a value of data", entry.Value, MaxValue)).FirstOrDefault(wrong => wrong is not null);

    private static ChatError? CheckText(string name, string text, int limit) => text.Length > limit
        ? ChatError.Invalid($"{name} must be at most {limit} characters")
        : MessageContent.IsWellFormed(text) ? null : ChatError.Invalid($"{name} must be valid Unicode");

    private static ChatError? CheckWord(string name, string text, int limit) =>
        CheckText(name, text, limit) ?? (text.Any(char.IsControl) ? ChatError.Invalid($"{name} must be without control characters") : null);
}
