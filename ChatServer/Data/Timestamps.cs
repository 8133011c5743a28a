namespace ChatServer.Data;

/// <summary>PostgreSQL keeps microseconds and .NET tenths of them: what is stored is cut first, so that it reads back equal.</summary>
internal static class Timestamps
{
    public static DateTimeOffset GetStoredNow(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
