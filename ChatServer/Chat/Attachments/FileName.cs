using System.Globalization;
using System.Text;

namespace ChatServer.Chat.Attachments;

/// <summary>Makes a name that a stranger gave fit to be shown: no folders, no control or direction characters, not too long.</summary>
public static class FileName
{
    /// <summary>UTF-16 units; file systems end at 255 bytes, and whoever downloads it has to store it.</summary>
    public const int MaxLength = 120;

    private const string Nameless = "file";

    public static string Clean(string? given)
    {
        var name = string.Concat((given ?? "").Normalize().EnumerateRunes().Where(IsShown)).Trim();
        name = name[(name.LastIndexOfAny(['/', '\\', ':']) + 1)..].TrimStart(' ').TrimEnd('.', ' ');
        var extension = Path.GetExtension(name);
        var stem = Path.GetFileNameWithoutExtension(name);
        if (extension.Length > MaxLength / 2)
            (stem, extension) = (name, "");
        if (stem.Length == 0)
            stem = Nameless;
        return Cut(stem, MaxLength - extension.Length) + extension;
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);

    /// <summary>Never between the halves of a character.</summary>
    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
