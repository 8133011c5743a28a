namespace ChatServer.EngineIo.Protocol;

/// <summary>Counts in UTF-8 text what JavaScript would count: UTF-16 code units, of which characters beyond U+FFFF take two.</summary>
internal static class Utf16
{
    /// <summary>The number of code units in valid UTF-8.</summary>
    public static int LengthOf(ReadOnlySpan<byte> utf8)
    {
        var units = 0;
        foreach (var b in utf8)
            units += Units(b);
        return units;
    }

    /// <summary>How many bytes the first <paramref name="units"/> code units of valid UTF-8 take; null when there are fewer, or when they end inside a character.</summary>
    public static int? IndexAfter(ReadOnlySpan<byte> utf8, int units)
    {
        var index = 0;
        while (units > 0 && index < utf8.Length)
        {
            units -= Units(utf8[index]);
            index++;
            while (index < utf8.Length && IsContinuation(utf8[index]))
                index++;
        }
        return units == 0 ? index : null;
    }

    /// <summary>One for a byte that begins a character, two where that has four bytes, none for the rest of it.</summary>
    private static int Units(byte b) => IsContinuation(b) ? 0 : b >= 0xF0 ? 2 : 1;

    private static bool IsContinuation(byte b) => (b & 0xC0) == 0x80;
}
