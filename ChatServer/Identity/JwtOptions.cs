using System.ComponentModel.DataAnnotations;

namespace ChatServer.Identity;

/// <summary>How tokens are checked, whatever the dialect. Section <c>Jwt</c>.</summary>
public sealed class JwtOptions
{
    public const string Section = "Jwt";

    /// <summary>The secret that ships with the server, so that a first start works; everybody knows it, and Production refuses it.</summary>
    public const string DevelopmentSecret = "chatserver-development-secret-known-to-everybody";

    /// <summary>
    /// The HS256 key, its UTF-8 bytes taken as they are. Signs admin tokens, and those of every dialect without a secret of its own.
    /// The library takes 16 bytes; RFC 7518 section 3.2 wants a key as long as the hash, 32.
    /// </summary>
    [Required]
    [MinBytes(MinBytesAttribute.Hs256)]
    public string Secret { get; set; } = DevelopmentSecret;

    /// <summary>
    /// Seconds that clocks may differ, added to the end of every token. reliability.md G19 allows 120, but an open socket has to be closed
    /// within a minute of its token's end: 30 for the clocks leaves 30 for the closing.
    /// </summary>
    [Range(0, 120)]
    public int ClockSkewSeconds { get; set; } = 30;

    /// <summary>Characters of a token that are looked at at all; tokens seen in the field have 300 to 1,500, and headers end at 32 KB.</summary>
    [Range(256, 32_768)]
    public int MaxTokenLength { get; set; } = 8192;
}

/// <summary>The part of a dialect's section that concerns tokens, such as <c>Consult:JwtSecret</c>. Options of this type are named by section.</summary>
public sealed class DialectSecret
{
    /// <summary>The HS256 key of this dialect's own issuer; empty: <c>Jwt:Secret</c>.</summary>
    [MinBytes(MinBytesAttribute.Hs256)]
    public string JwtSecret { get; set; } = "";

    /// <summary>A dialect's section is its scope with a capital: <c>consult</c> → <c>Consult</c>.</summary>
    public static string SectionOf(string scope) => char.ToUpperInvariant(scope[0]) + scope[1..];
}
