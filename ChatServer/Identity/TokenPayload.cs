using System.Text.Json;

namespace ChatServer.Identity;

/// <summary>
/// The claims of a token; what they are worth is the signature's question. Not left to the library, which rounds times, takes text
/// for a time, and gives numbers back as floating point.
/// </summary>
/// <param name="Claims">The claims that are text or an integer, as text.</param>
/// <param name="Lists">The claims that are arrays: what is text in them.</param>
/// <param name="Expires">When the token ends, if it does.</param>
/// <param name="NotBefore">When it begins, if it says so.</param>
internal sealed record TokenPayload(
    IReadOnlyDictionary<string, string> Claims, IReadOnlyDictionary<string, IReadOnlyList<string>> Lists, DateTimeOffset? Expires, DateTimeOffset? NotBefore)
{
    /// <summary>A day before .NET's time ends, so that a skew can be added; an issuer that counts milliseconds lands far behind it.</summary>
    private const double LastSecond = 253_402_214_400;

    /// <summary>Null when the token's second part is no JSON object, or a time in it is not a number within .NET's range.</summary>
    public static TokenPayload? TryRead(string token) => TokenPart.TryRead(token, 1, Read);

    private static TokenPayload? Read(JsonElement payload)
    {
        var claims = new Dictionary<string, string>(StringComparer.Ordinal);
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        DateTimeOffset? expires = null, notBefore = null;
        foreach (var claim in payload.EnumerateObject())
        {
            if (claim.NameEquals("exp"u8) && !TryReadTime(claim.Value, out expires) || claim.NameEquals("nbf"u8) && !TryReadTime(claim.Value, out notBefore))
                return null;
            if (Text(claim.Value) is { } text)
                claims[claim.Name] = text;
            if (claim.Value.ValueKind is JsonValueKind.Array)
                lists[claim.Name] = [.. claim.Value.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!)];
        }
        return new TokenPayload(claims, lists, expires, notBefore);
    }

    /// <summary>NumericDate of RFC 7519: seconds since 1970, with or without a fraction.</summary>
    private static bool TryReadTime(JsonElement value, out DateTimeOffset? time)
    {
        time = null;
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is not (>= 0 and <= LastSecond))
            return false;
        time = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return true;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out _) => value.GetRawText(),
        _ => null,
    };
}
