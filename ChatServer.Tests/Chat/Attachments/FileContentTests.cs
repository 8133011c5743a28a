using ChatServer.Chat.Attachments;

namespace ChatServer.Tests.Chat.Attachments;

public sealed class FileContentTests
{
    private static readonly TestCaseData[] Known =
    [
        new(Samples.Png(), FileFamily.Png) { TestName = "{m}(png)" },
        new(Samples.Gif(), FileFamily.Gif) { TestName = "{m}(gif)" },
        new(Samples.Jpeg(), FileFamily.Jpeg) { TestName = "{m}(jpeg)" },
        new(Samples.WebpExtended(), FileFamily.Webp) { TestName = "{m}(webp)" },
        new(Samples.Pdf(), FileFamily.Pdf) { TestName = "{m}(pdf)" },
        new(Samples.Compound(), FileFamily.Compound) { TestName = "{m}(doc)" },
        new(Samples.Word(), FileFamily.Word) { TestName = "{m}(docx)" },
        new(Samples.Excel(), FileFamily.Excel) { TestName = "{m}(xlsx)" },
        new(Samples.Text(), FileFamily.Text) { TestName = "{m}(txt)" },
    ];

    private static readonly TestCaseData[] Refused =
    [
        new(Array.Empty<byte>()) { TestName = "{m}(nothing)" },
        new("MZ\x90\0\x03"u8.ToArray()) { TestName = "{m}(exe)" },
        new(new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2 }) { TestName = "{m}(elf)" },
        new(Samples.Zip("a.txt")) { TestName = "{m}(zip)" },
        new(Samples.Zip("word/document.xml")) { TestName = "{m}(a zip that only looks like Word)" },
        new(Samples.Word()[..^30]) { TestName = "{m}(a zip without its end)" },
        new("text\0with a zero"u8.ToArray()) { TestName = "{m}(binary)" },
    ];

    [TestCaseSource(nameof(Known))]
    public void A_file_is_what_its_content_says(byte[] content, FileFamily family) =>
        Assert.That(FileContent.Recognize(new MemoryStream(content)), Is.EqualTo(family));

    [TestCaseSource(nameof(Refused))]
    public void What_is_not_on_the_list_is_not_recognised(byte[] content) =>
        Assert.That(FileContent.Recognize(new MemoryStream(content)), Is.Null);

    [Test]
    public void Sizes_of_images_are_read_from_their_headers()
    {
        Assert.That(Pixels(FileFamily.Png, Samples.Png(70_000, 60_000)), Is.EqualTo(4_200_000_000));
        Assert.That(Pixels(FileFamily.Gif, Samples.Gif(30, 20)), Is.EqualTo(600));
        Assert.That(Pixels(FileFamily.Jpeg, Samples.Jpeg(30, 20, commentLength: 60_000)), Is.EqualTo(600));
        Assert.That(Pixels(FileFamily.Webp, Samples.WebpLossless(16_384, 9)), Is.EqualTo(147_456));
        Assert.That(Pixels(FileFamily.Webp, Samples.WebpExtended(16_777_216, 1)), Is.EqualTo(16_777_216));
    }

    [Test]
    public void A_header_that_ends_early_says_no_size_wherever_it_ends()
    {
        foreach (var (family, content) in new[] { (FileFamily.Png, Samples.Png()[..24]), (FileFamily.Gif, Samples.Gif()[..10]), (FileFamily.Jpeg, Samples.Jpeg()[..^8]), (FileFamily.Webp, Samples.WebpExtended()) })
        {
            for (var length = 0; length < content.Length; length++)
                Assert.That(Pixels(family, content[..length]), Is.Null, $"{family} cut at {length}");
        }
    }

    [Test]
    public void Mutated_files_never_throw()
    {
        var random = new Random(7);
        byte[][] samples = [Samples.Png(), Samples.Gif(), Samples.Jpeg(), Samples.WebpLossless(), Samples.Word(), Samples.Excel(), Samples.Pdf(), Samples.Text()];
        for (var i = 0; i < 20_000; i++)
        {
            var content = (byte[])samples[i % samples.Length].Clone();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
                content[random.Next(content.Length)] = (byte)random.Next(256);
            using var file = new MemoryStream(content, 0, random.Next(content.Length + 1));
            if (FileContent.Recognize(file) is { } family)
                Assert.That(ImageSize.Pixels(family, file), Is.Null.Or.GreaterThanOrEqualTo(0));
        }
    }

    [TestCase("photo.PNG", "photo.PNG")]
    [TestCase("../../etc/passwd.txt", "passwd.txt")]
    [TestCase("..\\..\\app.pdf", "app.pdf")]
    [TestCase("C:\\boot.txt", "boot.txt")]
    [TestCase("a\0b\r\nc.png", "abc.png", TestName = "Names lose control characters")]
    [TestCase("\u202Egnp.exe", "gnp.exe", TestName = "Names lose marks of direction")]
    [TestCase("ảnh món ăn 🍜.jpg", "ảnh món ăn 🍜.jpg")]
    [TestCase("  ..  ", "file")]
    [TestCase(".png", "file.png")]
    [TestCase("", "file")]
    [TestCase(null, "file")]
    [TestCase("dots...", "dots")]
    public void Names_are_made_fit_to_be_shown(string? given, string clean) => Assert.That(FileName.Clean(given), Is.EqualTo(clean));

    [Test]
    public void Long_names_are_cut_and_keep_their_ending()
    {
        Assert.That(FileName.Clean(new string('a', 4096) + ".png"), Has.Length.EqualTo(FileName.MaxLength).And.EndsWith("a.png"));
        Assert.That(FileName.Clean("x." + new string('e', 4096)), Has.Length.EqualTo(FileName.MaxLength));
        Assert.That(FileName.Clean(string.Concat(Enumerable.Repeat("🍜", 100)) + "x.png").EnumerateRunes(), Has.None.EqualTo(System.Text.Rune.ReplacementChar));
    }

    private static long? Pixels(FileFamily family, byte[] content) => ImageSize.Pixels(family, new MemoryStream(content));
}
