namespace ChatServer.Chat.Tickets;

/// <summary>Which messages of a log are asked for, counted from its newest, or from its oldest when ascending (contracts S4-25).</summary>
/// <param name="Before">Only those before this message.</param>
public readonly record struct Slice(bool Ascending = false, Guid? Before = null)
{
    public long Offset { get; init; }

    public int Limit { get; init; } = Page.DefaultLimit;

    /// <summary>The slice within bounds: no negative offset, 1 to <see cref="Page.MaxLimit"/> messages.</summary>
    public Slice Bounded() => this with { Offset = Math.Max(Offset, 0), Limit = Math.Clamp(Limit, 1, Page.MaxLimit) };

    /// <summary>The numbers of the messages in it, both included; the last is smaller than the first where there are none.</summary>
    /// <param name="top">The number of the newest message that counts.</param>
    public (long From, long UpTo) Within(long top) => Ascending
        ? (Offset + 1, Math.Min(Offset + Limit, top))
        : (Math.Max(top - Offset - Limit + 1, 1), top - Offset);
}
