using System.Collections.Frozen;

namespace ChatServer.Chat.Presence;

/// <summary>Whether somebody can be reached.</summary>
public enum PresenceStatus
{
    Offline,
    Online,
    Away,
    Busy,
}

/// <summary>The words for it, the same on the wire and in the store (contracts S2-3).</summary>
public static class PresenceWords
{
    private static readonly FrozenDictionary<string, PresenceStatus> Statuses =
        Enum.GetValues<PresenceStatus>().ToFrozenDictionary(ToWord, StringComparer.OrdinalIgnoreCase);

    /// <summary>ONLINE, AWAY, BUSY or OFFLINE, in any case; anything else is refused.</summary>
    public static Result<PresenceStatus> Parse(string? word) => Statuses.TryGetValue(word ?? "", out var status)
        ? status
        : ChatError.Invalid("status must be ONLINE, AWAY, BUSY or OFFLINE");

    public static string ToWord(this PresenceStatus status) => status.ToString().ToUpperInvariant();
}
