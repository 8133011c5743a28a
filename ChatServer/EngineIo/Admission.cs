using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;

namespace ChatServer.EngineIo;

/// <summary>
/// Who may open another session: bounds in all, and for each address. Those for an address are off unless configured, because an
/// office, or a proxy in front, is one address. Handshakes that arrive together may pass a bound by as many as they are.
/// </summary>
internal sealed class Admission(EngineIoOptions options)
{
    private readonly ConcurrentDictionary<IPAddress, int> _sessions = new();
    private readonly PartitionedRateLimiter<IPAddress>? _handshakes = options.HandshakesPerMinutePerAddress == 0
        ? null
        : PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.HandshakesPerMinutePerAddress,
            TokensPerPeriod = options.HandshakesPerMinutePerAddress,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        }));

    private int _count;

    /// <summary>Why no session may be opened from this address now; null when one may.</summary>
    public EngineIoError? Check(IPAddress? address)
    {
        if (Volatile.Read(ref _count) >= options.MaxSessions)
            return EngineIoError.TooManySessions;
        if (options.MaxSessionsPerAddress > 0 && _sessions.GetValueOrDefault(Key(address)) >= options.MaxSessionsPerAddress)
            return EngineIoError.TooManySessions;
        return _handshakes?.AttemptAcquire(Key(address)).IsAcquired is false ? EngineIoError.TooManyHandshakes : null;
    }

    public void Enter(IPAddress? address)
    {
        Interlocked.Increment(ref _count);
        _sessions.AddOrUpdate(Key(address), 1, static (_, count) => count + 1);
    }

    public void Leave(IPAddress? address)
    {
        Interlocked.Decrement(ref _count);
        if (_sessions.AddOrUpdate(Key(address), 0, static (_, count) => count - 1) == 0)
            _sessions.TryRemove(KeyValuePair.Create(Key(address), 0));
    }

    private static IPAddress Key(IPAddress? address) => address ?? IPAddress.None;
}
