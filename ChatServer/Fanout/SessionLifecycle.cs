using System.Collections.Concurrent;
using ChatServer.Chat.Events;
using ChatServer.Chat.Presence;

namespace ChatServer.Fanout;

/// <summary>Every open session, from its first room to its last.</summary>
public sealed class SessionLifecycle(Adapter adapter, ConnectedUsers connected, ILogger<SessionLifecycle> logger)
{
    private readonly ConcurrentDictionary<Session, byte> _open = new();

    public ICollection<Session> Open => _open.Keys;

    /// <summary>Takes a session up: it hears what concerns its user, and what concerns all staff when the user answers customers.</summary>
    public void Begin(Session session)
    {
        _open.TryAdd(session, 0);
        adapter.Join(session, Room.Of(session.Caller.Id));
        if (session.Caller.User.Serves)
            adapter.Join(session, Room.Staff);
        session.SetConnected(true, connected.Open);
        logger.SessionBegan(session.Dialect.Name, session.Caller.Id.Value);
    }

    /// <summary>The client is gone, maybe not for good: the session stays in its rooms, but does not count there, which the others hear.</summary>
    public void Suspend(Session session)
    {
        adapter.SetAway(session, isAway: true);
        session.SetConnected(false, connected.Close);
    }

    /// <summary>The client is back.</summary>
    public void Resume(Session session)
    {
        adapter.SetAway(session, isAway: false);
        session.SetConnected(true, connected.Open);
    }

    /// <summary>Takes a session out of everything; the others hear where it was its user's last.</summary>
    public void End(Session session)
    {
        if (!_open.TryRemove(session, out _))
            return;
        adapter.LeaveAll(session);
        session.SetConnected(false, connected.Close);
        logger.SessionEnded(session.Dialect.Name, session.Caller.Id.Value);
    }
}
