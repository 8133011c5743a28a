using System.IO.Compression;
using System.Text;

namespace ChatServer.Tests.Chat.Attachments;

/// <summary>Small files of every allowed kind, made byte by byte.</summary>
internal static class Samples
{
    public static byte[] Png(uint width = 3, uint height = 2) =>
        [0x89, .. "PNG\r\n\x1A\n"u8, 0, 0, 0, 13, .. "IHDR"u8, .. BigEndian(width), .. BigEndian(height), 8, 6, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] Gif(byte width = 3, byte height = 2) => [.. "GIF89a"u8, width, 0, height, 0, 0, 0, 0, .. ";"u8];

    /// <summary>With an APP segment and a fill byte in front of the frame's start.</summary>
    public static byte[] Jpeg(byte width = 3, byte height = 2, int commentLength = 300) =>
        [0xFF, 0xD8, 0xFF, 0xE0, (byte)(commentLength >> 8), (byte)commentLength, .. new byte[commentLength - 2], 0xFF, 0xFF, 0xC2, 0, 11, 8, 0, height, 0, width, 1, 1, 0x11, 0, 0xFF, 0xD9];

    public static byte[] WebpLossless(int width = 3, int height = 2) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8L"u8, 0, 0, 0, 0, 0x2F, .. BitConverter.GetBytes((uint)(width - 1) | ((uint)(height - 1) << 14)), 0, 0, 0, 0, 0];

    public static byte[] WebpExtended(int width = 3, int height = 2) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(width - 1)[..3], .. BitConverter.GetBytes(height - 1)[..3]];

    public static byte[] Pdf() => "%PDF-1.7\n%%EOF"u8.ToArray();

    public static byte[] Compound() => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[504]];

    public static byte[] Zip(params string[] names)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in names)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write("<x/>"u8);
            }
        }
        return bytes.ToArray();
    }

    public static byte[] Word() => Zip("[Content_Types].xml", "_rels/.rels", "word/document.xml");

    public static byte[] Excel() => Zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml");

    public static byte[] Text(string text = "Xin chào\r\n") => Encoding.UTF8.GetBytes(text);

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
