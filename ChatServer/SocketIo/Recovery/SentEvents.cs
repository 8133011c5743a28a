namespace ChatServer.SocketIo.Recovery;

/// <summary>
/// The last events for one socket, in the order in which they were sent, or would have been: references to shared bytes, bounded in
/// number and size. Guarded by its line's lock.
/// </summary>
internal sealed class SentEvents(SocketIoOptions options)
{
    /// <summary>Before the first event that this socket can have heard.</summary>
    private readonly string _birth = Offset.Next();

    private readonly Queue<RecoverableEvent> _events = new();
    private long _bytes;
    private string? _lastForgotten;

    /// <summary>How many of the last events no client can have got.</summary>
    private int _unsent;

    /// <summary>Keeps an event, at the price of the oldest. False when that one was never sent, so that nothing can be made good any more.</summary>
    /// <param name="e">The event.</param>
    /// <param name="isSent">Whether it is being sent now.</param>
    public bool TryAdd(in RecoverableEvent e, bool isSent)
    {
        _events.Enqueue(e);
        _bytes += e.Bytes;
        _unsent = isSent ? 0 : _unsent + 1;
        while (_events.Count > options.RecoveryPackets || _bytes > options.RecoveryBytes)
            Forget();
        return _unsent <= _events.Count;
    }

    /// <summary>
    /// Finds what a client has missed that has heard everything up to an offset, and forgets what it has heard. A client that has heard nothing yet
    /// names none, or one from an earlier connection. False when something that it misses is gone, or the offset was never sent here.
    /// </summary>
    public bool TryFindAfter(string? offset, out IReadOnlyCollection<RecoverableEvent> missed)
    {
        missed = _events;
        if (offset is not null && _events.Any(e => e.Offset == offset))
        {
            while (_lastForgotten != offset)
                Forget();
            return true;
        }
        return _lastForgotten is null ? offset is null || Offset.IsBefore(offset, _birth) : offset == _lastForgotten;
    }

    /// <summary>Everything is on its way to a client again.</summary>
    public void MarkSent() => _unsent = 0;

    public void Clear()
    {
        _events.Clear();
        _bytes = 0;
    }

    private void Forget()
    {
        var oldest = _events.Dequeue();
        _bytes -= oldest.Bytes;
        _lastForgotten = oldest.Offset;
    }
}
