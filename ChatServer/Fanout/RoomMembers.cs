using System.Runtime.InteropServices;
using ChatServer.Chat;
using ChatServer.Chat.Events;
using ChatServer.Chat.Users;

namespace ChatServer.Fanout;

/// <summary>
/// The sessions of one room, and how many of them each user has there that count: those whose client is gone for the moment only hear. Everything happens under the room's lock, deliveries included:
/// who is taken out hears nothing afterwards, and a user's coming and going is told in the order in which it happened.
/// </summary>
internal sealed class RoomMembers(Room room)
{
    private readonly Lock _lock = new();

    /// <summary>Each with whether it counts.</summary>
    private readonly Dictionary<Session, bool> _sessions = [];
    private readonly Dictionary<UserId, int> _sessionsOf = [];
    private bool _retired;

    /// <summary>Takes a session in; null when this room was emptied and given up, and a fresh one must be asked.</summary>
    /// <param name="session">Who comes.</param>
    /// <param name="limit">How many rooms a session may sit in.</param>
    /// <param name="arrived">Called under the lock when the user had no session here before.</param>
    public EnterOutcome? TryAdd(Session session, int limit, Action<RoomMembers> arrived)
    {
        lock (_lock)
        {
            if (_retired)
                return null;
            var outcome = session.TryEnter(room, limit, out var isAway);
            if (outcome is not EnterOutcome.Entered)
                return outcome;
            _sessions.Add(session, false);
            if (!isAway && Count(session))
                arrived(this);
            return outcome;
        }
    }

    /// <summary>Takes out those sessions, and then tells of each user who has none left here; true as for <see cref="RetireIfEmpty"/>.</summary>
    /// <param name="leaves">Who goes.</param>
    /// <param name="departed">Called under the lock, when all of them are out.</param>
    public bool Remove(Func<Session, bool> leaves, Action<RoomMembers, Session> departed)
    {
        lock (_lock)
        {
            foreach (var session in _sessions.Keys.Where(leaves).ToList().Where(Remove).ToList())
                departed(this, session);
            return RetireIfEmpty();
        }
    }

    /// <summary>Takes out one session, if it is here; otherwise as <see cref="Remove(Func{Session, bool}, Action{RoomMembers, Session})"/>.</summary>
    public bool RemoveOne(Session session, Action<RoomMembers, Session> departed, out bool wasLast)
    {
        lock (_lock)
        {
            wasLast = _sessions.ContainsKey(session) && Remove(session);
            if (wasLast)
                departed(this, session);
            return RetireIfEmpty();
        }
    }

    /// <summary>Lets a session count or not, if it is here.</summary>
    /// <param name="session">Whose client went or came.</param>
    /// <param name="isAway">Which of both.</param>
    /// <param name="changed">Called under the lock when it is its user's only one that counts.</param>
    public void SetAway(Session session, bool isAway, Action<RoomMembers> changed)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(session, out var counts) || counts != isAway)
                return;
            if (isAway ? Discount(session) : Count(session))
                changed(this);
        }
    }

    /// <summary>True when nobody is here; the room then takes nobody in again and must be thrown away.</summary>
    public bool RetireIfEmpty()
    {
        lock (_lock)
            return _retired = _sessions.Count == 0;
    }

    /// <summary>The users who count here.</summary>
    public IReadOnlyList<User> Present()
    {
        lock (_lock)
            return [.. _sessions.Where(pair => pair.Value).Select(pair => pair.Key.Caller.User).DistinctBy(user => user.Id)];
    }

    public void Deliver(Broadcast broadcast)
    {
        lock (_lock)
        {
            foreach (var session in _sessions.Keys)
                broadcast.DeliverTo(session);
        }
    }

    /// <summary>Adds the users who have a session here that counts.</summary>
    public void AddPresent(HashSet<UserId> users)
    {
        lock (_lock)
            users.UnionWith(_sessionsOf.Keys);
    }

    /// <summary>True when it was its user's last that counts.</summary>
    private bool Remove(Session session)
    {
        var wasLast = _sessions[session] && Discount(session);
        _sessions.Remove(session);
        session.Forget(room);
        return wasLast;
    }

    /// <summary>True when it is its user's first that counts.</summary>
    private bool Count(Session session)
    {
        _sessions[session] = true;
        return ++CollectionsMarshal.GetValueRefOrAddDefault(_sessionsOf, session.Caller.Id, out _) == 1;
    }

    /// <summary>True when it was its user's last that counts.</summary>
    private bool Discount(Session session)
    {
        _sessions[session] = false;
        ref var left = ref CollectionsMarshal.GetValueRefOrAddDefault(_sessionsOf, session.Caller.Id, out _);
        return --left == 0 && _sessionsOf.Remove(session.Caller.Id);
    }
}
