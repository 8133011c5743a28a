using ChatServer.Chat;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>Streams of events: each is a session of the fan-out from its call's beginning to its end, whatever ends it.</summary>
internal sealed class MidimoStreams(SessionLifecycle sessions, MidimoOptions options)
{
    private static readonly ChatError TooMany = new(ErrorCode.RateLimited, "Too many streams are open");
    private static readonly ChatError TooManyOfUser = new(ErrorCode.RateLimited, "The user has too many streams open");

    private readonly Places<UserId> _places = new(options.StreamsPerUser, options.MaxStreams);
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
        try
        {
            return caller.IsService ? await ListenAsync(dialect, caller, end, run) : await ListenInPlaceAsync(dialect, caller, end, run);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>So that no user takes the streams of all others. Services listen for many users, and are trusted.</summary>
    private async Task<ChatError?> ListenInPlaceAsync(Dialect dialect, Caller caller, Action<ChatError> end, Func<StreamSession, Task<ChatError?>> run)
    {
        if (!_places.TryTake(caller.User.Id))
            return TooManyOfUser;
        try
        {
            return await ListenAsync(dialect, caller, end, run);
        }
        finally
        {
            _places.Leave(caller.User.Id);
        }
    }

    private async Task<ChatError?> ListenAsync(Dialect dialect, Caller caller, Action<ChatError> end, Func<StreamSession, Task<ChatError?>> run)
    {
        var session = new StreamSession(dialect, caller, end, options.StreamMessages);
        try
        {
            sessions.Begin(session);
            return await run(session);
        }
        finally
        {
            sessions.End(session);
        }
    }
}
