using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo;

/// <summary>
/// Whether the peer still lives (protocol.md section 8): a deadline that its heartbeat packets put off. It belongs to the session, so it runs
/// on across an upgrade. Who pings whom is the revision's to say.
/// </summary>
internal abstract class Heartbeat(TimeProvider time, Action expire) : IDisposable
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private long _deadline;
    private bool _isCountdown;

    /// <summary>What the client sends to keep the session alive; the other of ping and pong breaks the protocol.</summary>
    public abstract PacketType Beat { get; }

    /// <summary>Whether the deadline has passed, even if the timer has not fired yet: a request at the deadline must find the session gone.</summary>
    public bool IsOverdue
    {
        get
        {
            lock (_gate)
                return IsFinal && time.GetTimestamp() >= _deadline;
        }
    }

    /// <summary>Whether the session ends when the running deadline passes.</summary>
    protected bool IsFinal { get; private set; }

    /// <summary>The expected packet arrived.</summary>
    public void OnBeat()
    {
        lock (_gate)
        {
            if (_isCountdown)
                return;
            Rest();
        }
        Answer();
    }

    /// <summary>Something else arrived.</summary>
    public void OnPacket()
    {
        lock (_gate)
        {
            if (!_isCountdown)
                Extend();
        }
    }

    /// <summary>The deadline passed while we ourselves were not reading: start it again.</summary>
    public void Forgive()
    {
        lock (_gate)
        {
            if (!_isCountdown)
                AwaitBeat(TimeSpan.Zero);
        }
    }

    /// <summary>Beats count no more; the session expires after <paramref name="limit"/> unless it is over before.</summary>
    public void CountDown(TimeSpan limit)
    {
        lock (_gate)
        {
            _isCountdown = true;
            Arm(limit, isFinal: true);
        }
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Arms the deadline that only a beat can put off.</summary>
    /// <param name="late">How much later than it should the wait begins.</param>
    protected abstract void AwaitBeat(TimeSpan late);

    /// <summary>A beat has come: arms whatever is next.</summary>
    protected abstract void Rest();

    /// <summary>Another packet has come, which may put the deadline off.</summary>
    protected virtual void Extend()
    {
    }

    /// <summary>Asks the peer for a beat, which is awaited already.</summary>
    protected virtual void Prompt()
    {
    }

    /// <summary>Answers a beat.</summary>
    protected virtual void Answer()
    {
    }

    /// <summary>Sets the one deadline; for use in the constructor and in <see cref="AwaitBeat"/>, <see cref="Rest"/> and <see cref="Extend"/>.</summary>
    /// <param name="limit">From now on.</param>
    /// <param name="isFinal">Whether the session ends at the deadline; otherwise the peer is prompted then.</param>
    protected void Arm(TimeSpan limit, bool isFinal)
    {
        IsFinal = isFinal;
        _deadline = time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency);
        _timer ??= time.CreateTimer(static state => ((Heartbeat)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        bool isFinal;
        lock (_gate)
        {
            isFinal = IsFinal;
            var rest = time.GetElapsedTime(time.GetTimestamp(), _deadline);
            if (isFinal && rest > TimeSpan.Zero)
            {
                // The timers' clock is coarser than the timestamps', so a timer may fire some milliseconds early.
                _timer!.Change(rest > OneMillisecond ? rest : OneMillisecond, Timeout.InfiniteTimeSpan);
                return;
            }
            if (!isFinal)
                AwaitBeat(rest < TimeSpan.Zero ? -rest : TimeSpan.Zero);
        }
        if (isFinal)
            expire();
        else
            Prompt();
    }
}
