using System.ComponentModel.DataAnnotations;

namespace ChatServer.Chat.Typing;

/// <summary>How typing is told of. Section <c>Typing</c>.</summary>
public sealed class TypingOptions
{
    public const string Section = "Typing";

    /// <summary>Seconds after which a user who says nothing more has stopped (contracts S0-9, S4-16).</summary>
    [Range(1, 300)]
    public int ExpirySeconds { get; set; } = 10;

    /// <summary>Times a second that one user's typing is told to others, sustained; what comes faster is not told again (contracts, decided). 0: no limit.</summary>
    [Range(0, 1000)]
    public int PerSecond { get; set; } = 5;

    /// <summary>Times at once after a quiet time.</summary>
    [Range(1, 1000)]
    public int Burst { get; set; } = 10;
}
