using System.Buffers.Text;
using System.Text.Json;

namespace ChatServer.Identity;

/// <summary>
/// Decodes one part of a token. Header and payload are looked at here before the library sees them: it falls over parts that are JSON
/// but no object, and over times that it cannot hold.
/// </summary>
internal static class TokenPart
{
    /// <summary>What <paramref name="read"/> makes of the part's JSON object; null when the part holds none, or broken text.</summary>
    /// <param name="token">Three parts, of bounded length.</param>
    /// <param name="part">0 the header, 1 the payload.</param>
    public static T? TryRead<T>(string token, int part, Func<JsonElement, T?> read)
        where T : class
    {
        var text = token.Split('.')[part];
        if (!Base64Url.IsValid(text))
            return null;
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            return document.RootElement.ValueKind is JsonValueKind.Object ? read(document.RootElement) : null;
        }
        // The second is what half a surrogate pair or bad UTF-8 inside a string raises.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
