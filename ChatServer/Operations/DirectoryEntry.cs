using System.Text.RegularExpressions;
using ChatServer.Chat.Users;

namespace ChatServer.Operations;

/// <summary>
/// The rules for the fields of one entry. Each answers with the value, or notes the problem under the field's path and answers with a
/// placeholder: an entry with a problem is never used, and all its fields are looked at.
/// </summary>
internal sealed partial class DirectoryEntry(string path, DirectoryProblems problems)
{
    /// <summary>Characters (UTF-16 code units) of any text; the columns hold no more.</summary>
    private const int MaxLength = 200;

    /// <summary>Whether every field so far was good.</summary>
    public bool IsGood { get; private set; } = true;

    public void Refuse(string? field, string message)
    {
        IsGood = false;
        problems.Add(field is null ? path : $"{path}.{field}", message);
    }

    public long Id(string field, long? value)
    {
        if (value is null)
            Refuse(field, "is required");
        else if (value is not (> 0 and <= Chat.Users.Subject.MaxId))
            Refuse(field, $"must be an integer from 1 to {Chat.Users.Subject.MaxId}");
        return value ?? 0;
    }

    public string RequiredText(string field, string? value)
    {
        var text = Text(field, value);
        if (text is null)
            Refuse(field, "is required");
        return text ?? "";
    }

    /// <summary>Without outer blanks; blank is absent.</summary>
    public string? Text(string field, string? value)
    {
        var text = value?.Trim() ?? "";
        if (text.Length > MaxLength)
            Refuse(field, $"must be at most {MaxLength} characters");
        if (text.Any(char.IsControl))
            Refuse(field, "must not contain control characters");
        return text.Length == 0 ? null : text;
    }

    /// <summary>One of a few words, compared without case.</summary>
    public T Word<T>(string field, string? value)
        where T : struct, Enum
    {
        if (value is null)
            Refuse(field, "is required");
        else if (!TryReadWord<T>(value, out var word))
            Refuse(field, $"unknown {field} \"{Shorten(value)}\"; the known ones are {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
        else
            return word;
        return default;
    }

    /// <summary>A reference to a user: an integer, a uuid or an external id.</summary>
    public Subject Subject(string field, string? value)
    {
        if (value is null)
            Refuse(field, "is required");
        else if (Chat.Users.Subject.TryParse(value, out var subject) && !value.Any(char.IsControl))
            return subject;
        else
            Refuse(field, $"must be a user's id (1 to {Chat.Users.Subject.MaxId}), uid or external id of at most {MaxLength} characters");
        return default;
    }

    public string WhatsappNumber(string field, string? value)
    {
        if (value is null)
            Refuse(field, "is required");
        else if (!InternationalNumber().IsMatch(value))
            Refuse(field, "must be + and 6 to 15 digits");
        return value ?? "";
    }

    /// <summary>Names only: <see cref="Enum.TryParse{T}(string, out T)"/> alone would take numbers too.</summary>
    private static bool TryReadWord<T>(string value, out T word)
        where T : struct, Enum =>
        Enum.TryParse(value, ignoreCase: true, out word) && Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase);

    private static string Shorten(string value) => value.Length <= 40 ? value : value[..40] + "…";

    [GeneratedRegex(@"^\+[0-9]{6,15}\z")]
    private static partial Regex InternationalNumber();
}
