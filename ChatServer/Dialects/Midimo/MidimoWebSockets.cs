using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ChatServer.EngineIo.WebSockets;

namespace ChatServer.Dialects.Midimo;

/// <summary>The direct WebSockets that are open, and how many there were.</summary>
internal sealed class MidimoWebSockets(MidimoWebOptions options)
{
    private static readonly Meter Meter = new("ChatServer");

    private static readonly UpDownCounter<long> Count =
        Meter.CreateUpDownCounter<long>("chatserver.midimo.sockets", description: "Open direct WebSockets of midimo");

    private static readonly Counter<long> Closed =
        Meter.CreateCounter<long>("chatserver.midimo.closed", description: "Direct WebSockets of midimo that ended, by end");

    private readonly ConcurrentDictionary<MidimoWebSession, byte> _open = new();
    private volatile bool _isStopping;

    /// <summary>Whether no more are taken. Those that come together may pass the bound by as many as they are.</summary>
    public bool IsFull => _isStopping || _open.Count >= options.MaxSockets;

    public void Add(MidimoWebSession session)
    {
        _open.TryAdd(session, 0);
        Count.Add(1);
        if (_isStopping)
            session.Socket.Close(MessageSocketClose.ServiceRestart);
    }

    public void Remove(MidimoWebSession session, MessageSocketEnd? end)
    {
        if (!_open.TryRemove(session, out _))
            return;
        Count.Add(-1);
        Closed.Add(1, new KeyValuePair<string, object?>("end", end?.ToString().ToLowerInvariant() ?? "failed"));
    }

    /// <summary>Every client is told that another server will be there soon (1012).</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var session in _open.Keys)
            session.Socket.Close(MessageSocketClose.ServiceRestart);
    }
}
