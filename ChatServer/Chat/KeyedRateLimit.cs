using System.Threading.RateLimiting;

namespace ChatServer.Chat;

/// <summary>A token bucket for each key that was seen lately; idle buckets are dropped by the limiter itself.</summary>
/// <param name="burst">Permits at once after a quiet time.</param>
/// <param name="period">In which one permit more is earned; zero or less: no limit.</param>
public sealed class KeyedRateLimit<TKey>(int burst, TimeSpan period) : IDisposable
    where TKey : notnull
{
    private readonly PartitionedRateLimiter<TKey>? _buckets = period <= TimeSpan.Zero ? null : Buckets(burst, period);

    /// <param name="key">Who asks.</param>
    /// <param name="retryAfter">When it may be tried again; zero when it was granted.</param>
    public bool TryTake(TKey key, out TimeSpan retryAfter)
    {
        using var lease = _buckets?.AttemptAcquire(key);
        retryAfter = lease is null or { IsAcquired: true } ? TimeSpan.Zero
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        return retryAfter == TimeSpan.Zero;
    }

    public void Dispose() => _buckets?.Dispose();

    private static PartitionedRateLimiter<TKey> Buckets(int burst, TimeSpan period) =>
        PartitionedRateLimiter.Create<TKey, TKey>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = period,
            AutoReplenishment = true,
        }));
}
