using System.Buffers;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Messages;
using ChatServer.Dialects.Rest.Files;

namespace ChatServer.Dialects.Hotel;

/// <summary>
/// A message with a file. The log keeps text, so the file's name and link are its last two lines, which other dialects show as they are; this dialect
/// takes them apart again. The one place to change when messages have files of their own.
/// </summary>
/// <param name="Content">The caption, or the whole text of a message without a file.</param>
/// <param name="Key">The file's; null for a message without one.</param>
internal readonly record struct HotelMedia(string Content, string? Key, string? FileName)
{
    private const string Prefix = FileLinks.Prefix + "/";

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    public static MessageType TypeOf(Attachment file) => file.IsImage ? MessageType.Image : MessageType.File;

    public static HotelMedia Read(string content)
    {
        var last = content.LastIndexOf('\n');
        if (last <= 0 || KeyOf(content.AsSpan(last + 1)) is not { } key)
            return new HotelMedia(content, null, null);
        var name = content.LastIndexOf('\n', last - 1);
        return new HotelMedia(name < 0 ? "" : content[..name], key, content[(name + 1)..last]);
    }

    public static string Write(string? caption, Attachment file) =>
        $"{(string.IsNullOrWhiteSpace(caption) ? "" : caption + "\n")}{file.FileName}\n{Prefix}{file.Key}";

    /// <summary>The key in an address that an upload was answered with, whatever stands before the path or after it.</summary>
    public static string? KeyIn(string? url)
    {
        var start = url?.IndexOf(Prefix, StringComparison.Ordinal) ?? -1;
        return start < 0 ? null : KeyOf(url.AsSpan(start).ToString().Split('?', '#')[0]);
    }

    public string? UrlBy(FileLinks links) => Key is null ? null : links.UrlOf(new Attachment(default, "", "", 0, Key, default));

    /// <summary>32 hexadecimal digits and an ending.</summary>
    private static string? KeyOf(ReadOnlySpan<char> path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var key = path[Prefix.Length..];
        return key.Length is > 33 and <= 40 && key[32] == '.' && !key[..32].ContainsAnyExcept(Hexadecimal) && !key[33..].ContainsAnyExceptInRange('a', 'z')
            ? key.ToString()
            : null;
    }
}
