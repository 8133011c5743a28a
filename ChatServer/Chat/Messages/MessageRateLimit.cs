using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace ChatServer.Chat.Messages;

/// <summary>How fast one user may speak. Counts users, not addresses: an office shares an address.</summary>
public sealed class MessageRateLimitOptions
{
    public const string Section = "RateLimit";

    /// <summary>Messages a minute, sustained (contracts, decided defaults). 0 switches the limit off.</summary>
    [Range(0, 1_000_000)]
    public int PerMinute { get; set; } = 120;

    /// <summary>Messages at once after a quiet time.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 60;
}

/// <summary>A token bucket for each user who spoke lately; idle buckets are dropped by the limiter itself.</summary>
public sealed class MessageRateLimit(MessageRateLimitOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<UserId>? _buckets = options.PerMinute == 0 ? null : Buckets(options);

    public bool TryTake(UserId user, [NotNullWhen(false)] out ChatError? error)
    {
        using var lease = _buckets?.AttemptAcquire(user);
        error = lease is null or { IsAcquired: true } ? null : Refusal(lease);
        return error is null;
    }

    public void Dispose() => _buckets?.Dispose();

    private static ChatError Refusal(RateLimitLease lease) => new(ErrorCode.RateLimited, "Too many messages, slow down")
    {
        RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1),
    };

    private static PartitionedRateLimiter<UserId> Buckets(MessageRateLimitOptions options) =>
        PartitionedRateLimiter.Create<UserId, UserId>(user => RateLimitPartition.GetTokenBucketLimiter(user, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Burst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / options.PerMinute,
            AutoReplenishment = true,
        }));
}
