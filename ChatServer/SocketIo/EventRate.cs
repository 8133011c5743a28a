namespace ChatServer.SocketIo;

/// <summary>How fast one socket's events may come: a bucket of tokens, filled as time goes by. Used by one thread at a time.</summary>
internal sealed class EventRate(int perSecond, int burst, TimeProvider time)
{
    private double _tokens = burst;
    private long _filled = time.GetTimestamp();

    /// <summary>False for an event that comes too soon. Without a rate nothing does.</summary>
    public bool TryTake()
    {
        if (perSecond == 0)
            return true;
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + time.GetElapsedTime(_filled, now).TotalSeconds * perSecond);
        _filled = now;
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }
}
