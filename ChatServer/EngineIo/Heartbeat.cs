namespace ChatServer.EngineIo;

/// <summary>
/// The server's side of the heartbeat (protocol.md section 8): a ping after a quiet interval, then a deadline for the pong. Any other
/// packet puts the deadline off once. It belongs to the session, so it runs on across an upgrade.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly TimeSpan _timeout;
    private readonly Action _ping;
    private readonly Action _expire;
    private readonly ITimer _timer;
    private long _deadline;
    private Phase _phase = Phase.Quiet;

    /// <param name="ping">Sends a ping. Called from a timer's thread.</param>
    /// <param name="expire">The deadline passed. Called from a timer's thread, or from that of <see cref="IsOverdue"/>'s caller.</param>
    public Heartbeat(EngineIoOptions options, TimeProvider time, Action ping, Action expire)
    {
        (_time, _ping, _expire) = (time, ping, expire);
        _interval = TimeSpan.FromMilliseconds(options.PingInterval);
        _timeout = TimeSpan.FromMilliseconds(options.PingTimeout);
        _timer = time.CreateTimer(static state => ((Heartbeat)state!).OnTimer(), this, _interval, Timeout.InfiniteTimeSpan);
    }

    private enum Phase
    {
        Quiet,
        PongDue,
        PongDueExtended,
        Countdown,
    }

    /// <summary>Whether the deadline has passed, even if the timer has not fired yet: a request at the deadline must find the session gone.</summary>
    public bool IsOverdue
    {
        get
        {
            lock (_gate)
                return _phase is not Phase.Quiet && _time.GetTimestamp() >= _deadline;
        }
    }

    public void OnPong()
    {
        lock (_gate)
        {
            if (_phase is Phase.Countdown)
                return;
            _phase = Phase.Quiet;
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Something other than a pong arrived: the peer lives, so a pong that is due gets one more timeout.</summary>
    public void OnPacket()
    {
        lock (_gate)
        {
            if (_phase is Phase.PongDue)
                Arm(Phase.PongDueExtended, _timeout);
        }
    }

    /// <summary>The deadline passed while we ourselves were not reading: start it again.</summary>
    public void Forgive()
    {
        lock (_gate)
            Arm(Phase.PongDue, _timeout);
    }

    /// <summary>No more pings; the session expires after <paramref name="limit"/> unless it is over before.</summary>
    public void CountDown(TimeSpan limit)
    {
        lock (_gate)
            Arm(Phase.Countdown, limit);
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        bool isPingDue;
        lock (_gate)
        {
            isPingDue = _phase is Phase.Quiet;
            if (isPingDue)
                Arm(Phase.PongDue, _timeout);
            else if (_time.GetElapsedTime(_time.GetTimestamp(), _deadline) is var rest && rest > TimeSpan.Zero)
            {
                // The timers' clock is coarser than the timestamps', so a timer may fire some milliseconds early.
                _timer.Change(rest > OneMillisecond ? rest : OneMillisecond, Timeout.InfiniteTimeSpan);
                return;
            }
        }
        if (isPingDue)
            _ping();
        else
            _expire();
    }

    private void Arm(Phase phase, TimeSpan limit)
    {
        _phase = phase;
        _deadline = _time.GetTimestamp() + (long)(limit.TotalSeconds * _time.TimestampFrequency);
        _timer.Change(limit, Timeout.InfiniteTimeSpan);
    }
}
