using System.ComponentModel.DataAnnotations;

namespace ChatServer.Fanout;

/// <summary>Bounds and periods of the fan-out. Section <c>Fanout</c>.</summary>
public sealed class FanoutOptions
{
    public const string Section = "Fanout";

    /// <summary>Rooms one session may sit in (reliability section 4).</summary>
    [Range(3, 100_000)]
    public int RoomsPerSession { get; set; } = 200;

    /// <summary>Seconds between two looks at who may stay: half of the thirty within which a lost right must end (reliability P9).</summary>
    [Range(1, 30)]
    public int SweepSeconds { get; set; } = 15;

    /// <summary>Users asked about in one query of the sweep.</summary>
    [Range(1, 10_000)]
    public int SweepBatch { get; set; } = 500;
}
