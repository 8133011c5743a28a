using System.Collections.Concurrent;
using ChatServer.EngineIo.WebSockets;

namespace ChatServer.Dialects.Hotel;

/// <summary>The open sockets of this dialect.</summary>
internal sealed class HotelSockets(HotelOptions options)
{
    private readonly ConcurrentDictionary<HotelSession, byte> _open = new();
    private volatile bool _isStopping;

    public bool IsStopping => _isStopping;

    /// <summary>Those that come together may pass the bound by as many as they are.</summary>
    public bool IsFull => _open.Count >= options.MaxSockets;

    public ICollection<HotelSession> Open => _open.Keys;

    public void Add(HotelSession session)
    {
        _open.TryAdd(session, 0);
        HotelMetrics.Sockets.Add(1);
        if (_isStopping)
            session.Socket.Close(MessageSocketClose.ServiceRestart);
    }

    public void Remove(HotelSession session, MessageSocketEnd? end)
    {
        if (_open.TryRemove(session, out _))
            HotelMetrics.Closed(end?.ToString().ToLowerInvariant() ?? "failed");
    }

    /// <summary>Every client is told that another server will be there soon (1012).</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var session in Open)
            session.Socket.Close(MessageSocketClose.ServiceRestart);
    }
}
