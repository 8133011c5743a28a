using System.IO.Compression;

namespace ChatServer.Chat.Attachments;

/// <summary>Tells by its content what a file is; a name proves nothing.</summary>
public static class FileContent
{
    /// <summary>Bytes at the start that are looked at: every magic number, and enough of a text to tell it from something binary.</summary>
    private const int HeadLength = 4096;

    /// <summary>Far more than an office document has; reading on would be work that a stranger sets us.</summary>
    private const int MaxZipEntries = 10_000;

    /// <summary>Each family and how it begins.</summary>
    private static readonly (FileFamily Family, byte[] Start, int At)[] Magic =
    [
        (FileFamily.Jpeg, [0xFF, 0xD8, 0xFF], 0),
        (FileFamily.Png, [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], 0),
        (FileFamily.Gif, "GIF87a"u8.ToArray(), 0),
        (FileFamily.Gif, "GIF89a"u8.ToArray(), 0),
        (FileFamily.Webp, "WEBP"u8.ToArray(), 8),
        (FileFamily.Pdf, "%PDF-"u8.ToArray(), 0),
        (FileFamily.Compound, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], 0),
    ];

    private static readonly byte[] Zip = [(byte)'P', (byte)'K', 3, 4];

    /// <summary>The family of what is in <paramref name="file"/>, which can be sought in; null for anything that may not be uploaded.</summary>
    public static FileFamily? Recognize(Stream file)
    {
        var head = new byte[HeadLength];
        file.Position = 0;
        var read = head.AsSpan(0, file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false));
        foreach (var (family, start, at) in Magic)
        {
            if (read.Length >= at + start.Length && read[at..].StartsWith(start))
                return family;
        }
        return read.StartsWith(Zip) ? RecognizeOffice(file) : IsText(read) ? FileFamily.Text : null;
    }

    /// <summary>An office document lists its parts and has the one that makes it a document of its sort.</summary>
    private static FileFamily? RecognizeOffice(Stream file)
    {
        try
        {
            file.Position = 0;
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count > MaxZipEntries || archive.GetEntry("[Content_Types].xml") is null)
                return null;
            return archive.GetEntry("word/document.xml") is not null ? FileFamily.Word
                : archive.GetEntry("xl/workbook.xml") is not null ? FileFamily.Excel
                : null;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException)
        {
            return null;
        }
    }

    private static bool IsText(ReadOnlySpan<byte> head) =>
        !head.IsEmpty && head.IndexOfAnyInRange((byte)0x00, (byte)0x08) < 0 && head.IndexOfAnyInRange((byte)0x0E, (byte)0x1F) < 0;
}
