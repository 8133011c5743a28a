using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Consultations;

/// <summary>The topic a customer asks about: not blank, at most 200 characters (contracts S1-12).</summary>
public static class ConsultationTitle
{
    public const int MaxLength = 200;

    public static Result<string> Parse(string? text)
    {
        if (text is null)
            return ChatError.Invalid("title is required");
        if (!MessageContent.IsWellFormed(text))
            return ChatError.Invalid("title must be valid Unicode");
        var clean = MessageContent.WithoutControls(text).Trim();
        return clean.Length is 0 or > MaxLength
            ? ChatError.Invalid($"title must be 1 to {MaxLength} characters")
            : clean;
    }
}
