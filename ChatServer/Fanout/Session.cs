using ChatServer.Chat;
using ChatServer.Chat.Events;

namespace ChatServer.Fanout;

/// <summary>The write side of one connected client, and the rooms it sits in.</summary>
public abstract class Session(Dialect dialect, Caller caller)
{
    private readonly Lock _membership = new();
    private readonly HashSet<Room> _rooms = [];
    private bool _closed;
    private bool _isAway;
    private bool _isConnected;
    private volatile Caller _caller = caller;

    public Dialect Dialect { get; } = dialect;

    public Caller Caller => _caller;

    /// <summary>The rooms at this moment.</summary>
    public IReadOnlyCollection<Room> Rooms
    {
        get
        {
            lock (_membership)
                return [.. _rooms];
        }
    }

    /// <summary>
    /// Queues a frame. Never blocks, and never calls back into the fan-out: it runs under a room's lock. False when the client is gone,
    /// or too slow, which ends it.
    /// </summary>
    public abstract bool TryDeliver(Frame frame);

    /// <summary>Tells the client why and lets it go.</summary>
    public abstract void End(ChatError reason);

    /// <summary>The same user, in the same role, has shown a newer credential; false for anybody else.</summary>
    public bool TryRenew(Caller caller)
    {
        if (caller.Id != Caller.Id || caller.Scope != Caller.Scope || caller.User.Role != Caller.User.Role)
            return false;
        _caller = caller;
        return true;
    }

    /// <summary>Notes a room. The caller holds that room's lock; this one is taken last (conversation → room → session).</summary>
    /// <param name="room">Which.</param>
    /// <param name="limit">How many it may sit in.</param>
    /// <param name="isAway">Whether nobody is at the other end for the moment.</param>
    internal EnterOutcome TryEnter(Room room, int limit, out bool isAway)
    {
        lock (_membership)
        {
            isAway = _isAway;
            if (_rooms.Contains(room))
                return EnterOutcome.Already;
            if (_closed || _rooms.Count >= limit)
                return EnterOutcome.Refused;
            _rooms.Add(room);
            return EnterOutcome.Entered;
        }
    }

    internal void Forget(Room room)
    {
        lock (_membership)
            _rooms.Remove(room);
    }

    /// <summary>Says whether somebody is at the other end; answers with the rooms it sits in, where that has to be told.</summary>
    internal IReadOnlyCollection<Room> SetAway(bool isAway)
    {
        lock (_membership)
        {
            _isAway = isAway;
            return [.. _rooms];
        }
    }

    /// <summary>Lets the session count as a connection of its user, or no longer; one that a service opened for a user, or that is over, never does.</summary>
    /// <param name="isConnected">Which of both.</param>
    /// <param name="changed">Called under this session's lock, so that what is told of it is told in order.</param>
    internal void SetConnected(bool isConnected, Action<UserId> changed)
    {
        lock (_membership)
        {
            if (_isConnected == isConnected || (isConnected && (_closed || Caller.IsService)))
                return;
            _isConnected = isConnected;
            changed(Caller.Id);
        }
    }

    /// <summary>No room lets this session in from now on; answers with those it still sits in.</summary>
    internal IReadOnlyCollection<Room> Close()
    {
        lock (_membership)
        {
            _closed = true;
            return [.. _rooms];
        }
    }
}

/// <summary>What came of asking for a room.</summary>
public enum EnterOutcome
{
    /// <summary>The session is in, and was not before.</summary>
    Entered,

    /// <summary>It was in already; nothing changed.</summary>
    Already,

    /// <summary>It is over, or sits in as many rooms as it may.</summary>
    Refused,
}
