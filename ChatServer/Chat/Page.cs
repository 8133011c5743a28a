namespace ChatServer.Chat;

/// <summary>A page counted from the newest: number 1 holds the latest <see cref="Limit"/> items.</summary>
public readonly record struct Page
{
    /// <summary>The page of the documented history, and the default of every list.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Large enough for any client seen, small enough to encode within a packet: 200 is what the restaurant contract clamps to.</summary>
    public const int MaxLimit = 200;

    public static readonly Page Latest = new(1, DefaultLimit);

    public Page(int number, int limit) =>
        (Number, Limit) = (Math.Max(number, 1), Math.Clamp(limit, 1, MaxLimit));

    public int Number { get; }

    public int Limit { get; }
}
