using System.ComponentModel.DataAnnotations;

namespace ChatServer.Chat.Attachments;

/// <summary>What may be uploaded. Section <c>Uploads</c>.</summary>
public sealed class UploadOptions
{
    public const string Section = "Uploads";

    /// <summary>Bytes of one file: the documented 10 MB (contracts, decided).</summary>
    [Range(1, 1_073_741_824)]
    public long MaxFileBytes { get; set; } = 10_485_760;

    /// <summary>Files of one request (contracts S4).</summary>
    [Range(1, 100)]
    public int MaxFiles { get; set; } = 5;

    /// <summary>Pixels of an image, width by height: more than any phone's camera, less than what exhausts a browser.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxImagePixels { get; set; } = 100_000_000;

    /// <summary>
    /// Minutes that a link to a file holds, which then carries a signature; 0: for ever, with nothing but 128 random bits in it, because pages
    /// show files by their bare address (contracts S4-21).
    /// </summary>
    [Range(0, 525_600)]
    public int LinkMinutes { get; set; }

    /// <summary>Uploads of one user at a time (reliability section 4).</summary>
    [Range(1, 1000)]
    public int ParallelPerUser { get; set; } = 5;

    /// <summary>Hours after which a file that no message took up is removed (contracts S4-18).</summary>
    [Range(1, 8760)]
    public int OrphanHours { get; set; } = 24;
}
