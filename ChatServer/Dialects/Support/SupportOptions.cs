using System.ComponentModel.DataAnnotations;
using ChatServer.Dialects.SocketIo;

namespace ChatServer.Dialects.Support;

/// <summary>What may be switched in the support dialect. Section <c>Support</c>, which holds its token secret too.</summary>
public sealed class SupportOptions
{
    public const string Section = "Support";

    /// <summary>
    /// Whether a user who comes back after an unclean drop is let into their sessions again and shown them, unasked (contracts C8 b). The
    /// document's client never joins again by itself.
    /// </summary>
    public bool ResendSnapshot { get; set; } = true;

    /// <summary>Seconds after a drop within which that is done; the reference server's limit for recovery.</summary>
    [Range(1, 3600)]
    public int ResendWithinSeconds { get; set; } = 120;

    /// <summary>Drops that are remembered at once; the oldest are forgotten first.</summary>
    [Range(1, 1_000_000)]
    public int RememberedDrops { get; set; } = 10_000;

    internal DropLimits? Drops => ResendSnapshot ? new DropLimits(RememberedDrops, TimeSpan.FromSeconds(ResendWithinSeconds)) : null;

    /// <summary>
    /// Whether clients that bear it get connection state recovery: what they miss in a short outage is sent when they are back. On, because the
    /// document's handlers are JavaScript (contracts C8).
    /// </summary>
    public bool Recovery { get; set; } = true;
}
