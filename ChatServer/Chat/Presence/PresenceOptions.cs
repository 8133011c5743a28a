using System.ComponentModel.DataAnnotations;

namespace ChatServer.Chat.Presence;

/// <summary>Who counts as there. Section <c>Presence</c>.</summary>
public sealed class PresenceOptions
{
    public const string Section = "Presence";

    /// <summary>Seconds from the end of a user's last session to OFFLINE: clients that lost their line try again within five (contracts C8).</summary>
    [Range(0, 3600)]
    public int GraceSeconds { get; set; } = 10;

    /// <summary>Minutes for which what a user said of themselves holds. 0: until they say something else (contracts S2-15).</summary>
    [Range(0, 525_600)]
    public int ExpireMinutes { get; set; }

    /// <summary>Times a minute that a user may change it, sustained: about what a person does at most. Services may always. 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int PerMinute { get; set; } = 60;

    /// <summary>Times at once after a quiet time.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 20;
}
