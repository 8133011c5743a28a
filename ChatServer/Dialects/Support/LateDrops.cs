using System.Collections.Concurrent;
using ChatServer.Chat;
using ChatServer.Dialects.SocketIo;

namespace ChatServer.Dialects.Support;

/// <summary>
/// Connections that came back before their drop was noticed: each user's newest one that sits in no session, for a short while. A drop
/// of its user that is noticed meanwhile was most likely its own. At most one for each open connection.
/// </summary>
/// <param name="age">How long; a broken connection is noticed by its heartbeat, after 45 s at most (section <c>EngineIo</c>).</param>
/// <param name="time">Ages them.</param>
internal sealed class LateDrops(TimeSpan age, TimeProvider time)
{
    private readonly ConcurrentDictionary<UserId, (SocketIoSession Session, DateTimeOffset Until)> _waiting = new();

    public void Wait(SocketIoSession session) => _waiting[session.Caller.Id] = (session, time.GetUtcNow() + age);

    /// <summary>It has gone, or gone into a session by itself.</summary>
    public void Forget(SocketIoSession session)
    {
        if (_waiting.TryGetValue(session.Caller.Id, out var known) && known.Session == session)
            _waiting.TryRemove(KeyValuePair.Create(session.Caller.Id, known));
    }

    /// <summary>The connection that a drop of this user was that of; null when there is none.</summary>
    public SocketIoSession? Take(UserId user) =>
        _waiting.TryRemove(user, out var waiting) && waiting.Until > time.GetUtcNow() ? waiting.Session : null;
}
