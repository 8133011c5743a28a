using System.Text.Json;

namespace ChatServer.Identity;

/// <summary>What a token's header claims about itself. Keys that it names or brings along are not read at all.</summary>
/// <param name="Algorithm"><c>alg</c>, if it is text.</param>
/// <param name="IsCritical">Whether it demands an extension to be understood (RFC 7515 section 4.1.11); we know none.</param>
internal sealed record TokenHeader(string? Algorithm, bool IsCritical)
{
    /// <summary>Null when the token's first part is no JSON object.</summary>
    public static TokenHeader? TryRead(string token) => TokenPart.TryRead(token, 0, header => new TokenHeader(
        header.TryGetProperty("alg"u8, out var algorithm) && algorithm.ValueKind is JsonValueKind.String ? algorithm.GetString() : null,
        header.TryGetProperty("crit"u8, out _)));
}
