using ChatServer.Chat;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>Streams of events: each is a session of the fan-out from its call's beginning to its end, whatever ends it.</summary>
internal sealed class MidimoStreams(SessionLifecycle sessions, MidimoOptions options)
{
    private static readonly ChatError TooMany = new(ErrorCode.RateLimited, "Too many streams are open");

    private int _open;

    /// <summary>Streams at this moment.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <param name="dialect">Which events are heard.</param>
    /// <param name="caller">Whose stream it is.</param>
    /// <param name="end">Ends the call, from any thread and under any lock.</param>
    /// <param name="run">What the stream does while its session is open; it ends by the call's cancellation, or with an error.</param>
    public async Task<ChatError?> RunAsync(Dialect dialect, Caller caller, Action<ChatError> end, Func<StreamSession, Task<ChatError?>> run)
    {
        if (Interlocked.Increment(ref _open) > options.MaxStreams)
        {
            Interlocked.Decrement(ref _open);
            return TooMany;
        }
        var session = new StreamSession(dialect, caller, end, options.StreamMessages);
        try
        {
            sessions.Begin(session);
            return await run(session);
        }
        finally
        {
            sessions.End(session);
            Interlocked.Decrement(ref _open);
        }
    }
}
