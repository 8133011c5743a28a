namespace ChatServer.Chat.Stays;

/// <summary>Telephone numbers as people write them (contracts S3-8).</summary>
public static class WhatsappNumber
{
    /// <summary>Digits of a number that lacks its country code, where those are completed.</summary>
    private const int NationalLength = 10;

    /// <summary>E.164; the shortest are those of small countries.</summary>
    private const int MinLength = 6;
    private const int MaxLength = 15;

    /// <summary>
    /// How the directory may have a number, the likeliest first: by its digits, whatever stands between them, and where a country code is
    /// given also with that in front. Empty for what is no number.
    /// </summary>
    /// <param name="text">With or without its plus.</param>
    /// <param name="countryCode">Digits; empty: numbers are never completed.</param>
    public static IReadOnlyList<string> Spellings(string? text, string countryCode)
    {
        // Nothing that is a number is longer with all its brackets and spaces.
        if (text is null or { Length: > 64 })
            return [];
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (digits.Length is < MinLength or > MaxLength)
            return [];
        return countryCode.Length > 0 && digits.Length == NationalLength && !text.TrimStart().StartsWith('+')
            ? [$"+{countryCode}{digits}", $"+{digits}"]
            : [$"+{digits}"];
    }
}
