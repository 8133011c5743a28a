using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

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

/// <summary>Lets a user say something, or not yet.</summary>
public sealed class MessageRateLimit(MessageRateLimitOptions options) : IDisposable
{
    private readonly KeyedRateLimit<UserId> _users =
        new(options.Burst, options.PerMinute == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1) / options.PerMinute);

    public bool TryTake(UserId user, [NotNullWhen(false)] out ChatError? error)
    {
        error = _users.TryTake(user, out var retryAfter)
            ? null
            : new ChatError(ErrorCode.RateLimited, "Too many messages, slow down") { RetryAfter = retryAfter };
        return error is null;
    }

    public void Dispose() => _users.Dispose();
}
