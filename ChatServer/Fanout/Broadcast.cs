using ChatServer.Chat;
using ChatServer.Chat.Events;

namespace ChatServer.Fanout;

/// <summary>
/// One event on its way to many sessions. Each dialect encodes it at most once, when its first session is reached; each session is
/// handed it once, however many of the rooms it sits in. Used by one thread.
/// </summary>
/// <param name="chatEvent">What has happened.</param>
/// <param name="except">Who does not hear it.</param>
/// <param name="overlaps">Whether it goes to several rooms, in which one session may sit.</param>
/// <param name="logger">Hears of faults.</param>
internal sealed class Broadcast(ChatEvent chatEvent, UserId? except, bool overlaps, ILogger logger)
{
    private readonly Dictionary<Dialect, IReadOnlyList<Frame>> _frames = [];
    private readonly HashSet<Session>? _reached = overlaps ? [] : null;

    public void DeliverTo(Session session)
    {
        if (session.Caller.Id == except || _reached?.Add(session) is false)
            return;
        foreach (var frame in FramesFor(session.Dialect))
        {
            if (frame.IsFor(session.Caller.Id) && !TryDeliver(session, frame))
                return;
        }
    }

    private bool TryDeliver(Session session, Frame frame)
    {
        try
        {
            return session.TryDeliver(frame);
        }
        catch (Exception e)
        {
            // One session's fault must reach neither the sender nor the sessions after it.
            logger.DeliveryFailed(e, session.Dialect.Name, session.Caller.Id.Value);
            return false;
        }
    }

    private IReadOnlyList<Frame> FramesFor(Dialect dialect)
    {
        if (_frames.TryGetValue(dialect, out var frames))
            return frames;
        return _frames[dialect] = Encode(dialect);
    }

    private IReadOnlyList<Frame> Encode(Dialect dialect)
    {
        try
        {
            return dialect.Encode(chatEvent);
        }
        catch (Exception e)
        {
            // A dialect that cannot word the event says nothing; the others, and the sender, must not suffer for it.
            logger.EncodingFailed(e, dialect.Name, chatEvent.GetType().Name);
            return [];
        }
    }
}
