using System.Diagnostics.CodeAnalysis;

namespace ChatServer.SocketIo.Recovery;

/// <summary>
/// Names one event for the clients that hear it, as its last argument (protocol.md section 14). A later name is greater, ordinally,
/// also than those of a server that ran before this one: the first is made of the time, and each adds one.
/// </summary>
public static class Offset
{
    /// <summary>Nine characters of six bits: milliseconds and, below them, room for 4,096 events in each.</summary>
    private const int Length = 9;

    private const int EventBits = 12;

    /// <summary>Base64's characters in the order of their codes, so that texts compare as the numbers do.</summary>
    private const string Alphabet = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    private static long _last = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() << EventBits;

    public static string Next() => string.Create(Length, Interlocked.Increment(ref _last), static (text, number) =>
    {
        for (var i = text.Length - 1; i >= 0; i--, number >>= 6)
            text[i] = Alphabet[(int)(number & 63)];
    });

    /// <summary>Whether the text could be an offset of ours that was made before another; a client may send anything.</summary>
    internal static bool IsBefore([NotNullWhen(true)] string? text, string other) =>
        text is { Length: Length } && text.All(Alphabet.Contains) && string.CompareOrdinal(text, other) < 0;
}
