using System.Text;

namespace ChatServer.Chat.Messages;

/// <summary>The rule for what may be said: stored raw but for control characters, not blank, at most 10,000 characters.</summary>
public static class MessageContent
{
    /// <summary>Characters as users and JavaScript count them, UTF-16 code units (contracts C9).</summary>
    public const int MaxLength = 10_000;

    public static readonly ChatError Missing = ChatError.Invalid("content is required");
    public static readonly ChatError TooLong = ChatError.Invalid($"content must be at most {MaxLength} characters");
    public static readonly ChatError NotUnicode = ChatError.Invalid("content must be valid Unicode");
    public static readonly ChatError Blank = ChatError.Invalid("content must not be blank");

    public static Result<string> Parse(string? text)
    {
        if (text is null)
            return Missing;
        if (text.Length > MaxLength)
            return TooLong;
        if (!IsWellFormed(text))
            return NotUnicode;
        var clean = WithoutControls(text);
        return string.IsNullOrWhiteSpace(clean) ? Blank : clean;
    }

    /// <summary>Strips NUL and the other C0 controls except tab and the line ends; PostgreSQL refuses NUL, terminals obey the rest.</summary>
    public static string WithoutControls(string text) =>
        text.Any(IsStripped) ? string.Concat(text.Where(c => !IsStripped(c))) : text;

    /// <summary>Whether every surrogate has its partner: half a character cannot be stored as UTF-8.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[consumed..];
        }
        return true;
    }

    /// <summary>As <see cref="Parse"/>, where files say enough by themselves: nothing and blanks are the empty text (contracts S4-22).</summary>
    public static Result<string> ParseBesideFiles(string? text)
    {
        var parsed = Parse(text ?? "");
        return parsed.Error == Blank ? "" : parsed;
    }

    private static bool IsStripped(char c) => c < ' ' && c is not ('\t' or '\n' or '\r');
}
