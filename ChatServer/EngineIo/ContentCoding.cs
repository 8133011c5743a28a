using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ChatServer.EngineIo;

/// <summary>The content codings of HTTP (RFC 9110 sections 8.4 and 12.5.3): which one a client likes best, and bytes in it.</summary>
public static class ContentCoding
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";

    /// <summary>Has the wrapper of RFC 1950, in spite of its name.</summary>
    public const string Deflate = "deflate";

    /// <summary>
    /// The client's favourite of those offered, null for none. Of equals the one it names first; a <c>*</c> stands for the first that
    /// it does not name. Whether it would like plain bytes better is not asked, as the reference server does not.
    /// </summary>
    /// <param name="accepted">The values of <c>Accept-Encoding</c>; what cannot be read in them counts for nothing.</param>
    public static string? Choose(StringValues accepted, IReadOnlyList<string> offered)
    {
        if (StringValues.IsNullOrEmpty(accepted) || !StringWithQualityHeaderValue.TryParseList(accepted, out var wishes))
            return null;
        return wishes
            .Where(wish => wish.Quality is not 0)
            .OrderByDescending(wish => wish.Quality ?? 1).ThenBy(wish => wish.Value == "*")
            .Select(wish => wish.Value == "*"
                ? offered.FirstOrDefault(coding => !wishes.Any(other => Names(other, coding)))
                : offered.FirstOrDefault(coding => Names(wish, coding)))
            .FirstOrDefault(coding => coding is not null);
    }

    public static ReadOnlyMemory<byte> Encode(string coding, ReadOnlySpan<byte> bytes, CompressionLevel level)
    {
        var output = new MemoryStream();
        using (var encoder = Open(coding, output, level))
            encoder.Write(bytes);
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    private static Stream Open(string coding, Stream output, CompressionLevel level) => coding switch
    {
        Brotli => new BrotliStream(output, level, leaveOpen: true),
        Gzip => new GZipStream(output, level, leaveOpen: true),
        Deflate => new ZLibStream(output, level, leaveOpen: true),
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "is none of the codings known here"),
    };

    private static bool Names(StringWithQualityHeaderValue wish, string coding) => wish.Value.Equals(coding, StringComparison.OrdinalIgnoreCase);
}
