using System.Collections.Frozen;

namespace ChatServer.Chat.Attachments;

/// <summary>What a file can turn out to be by its content.</summary>
public enum FileFamily
{
    Jpeg,
    Png,
    Gif,
    Webp,
    Pdf,

    /// <summary>Microsoft's old compound file: doc and xls.</summary>
    Compound,

    /// <summary>A zip archive with a Word document in it.</summary>
    Word,

    /// <summary>A zip archive with an Excel workbook in it.</summary>
    Excel,

    Text,
}

/// <summary>A sort of file that may be uploaded (contracts S4): a name's ending and a content belong together.</summary>
public sealed record FileKind(string Extension, FileFamily Family, string ContentType)
{
    private static readonly FrozenDictionary<string, FileKind> ByExtension = new FileKind[]
    {
        new(".jpeg", FileFamily.Jpeg, "image/jpeg"),
        new(".jpg", FileFamily.Jpeg, "image/jpeg"),
        new(".png", FileFamily.Png, "image/png"),
        new(".gif", FileFamily.Gif, "image/gif"),
        new(".webp", FileFamily.Webp, "image/webp"),
        new(".pdf", FileFamily.Pdf, "application/pdf"),
        new(".doc", FileFamily.Compound, "application/msword"),
        new(".xls", FileFamily.Compound, "application/vnd.ms-excel"),
        new(".docx", FileFamily.Word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        new(".xlsx", FileFamily.Excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        new(".txt", FileFamily.Text, "text/plain"),
    }.ToFrozenDictionary(kind => kind.Extension, StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind that a name's ending promises; null for one that may not be uploaded.</summary>
    public static FileKind? Of(string fileName) => ByExtension.GetValueOrDefault(Path.GetExtension(fileName));
}
