using ChatServer.Chat;
using ChatServer.Chat.Typing;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Fanout;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.Hotel;

/// <summary>
/// Runs an open socket: one frame at a time, and an answer whatever happens. A bad frame never costs the client its connection. The one catch-all of
/// this door.
/// </summary>
internal sealed class HotelDoor(SessionLifecycle sessions, HotelSockets sockets, TypingService typing, HotelOptions options, TimeProvider time, ILogger<HotelDoor> logger)
{
    private static readonly ChatError TokenExpired = new(ErrorCode.Unauthorized, "Token expired");

    /// <param name="session">Just accepted.</param>
    /// <param name="commands">What it may say.</param>
    /// <param name="begin">Lets it into its rooms.</param>
    public async Task RunAsync<TSession>(TSession session, HotelCommands<TSession> commands, Func<Task> begin)
        where TSession : HotelSession
    {
        var (name, user) = (session is GuestSession ? "guest" : "staff", session.Caller.Id.Value);
        MessageSocketEnd? end = null;
        sockets.Add(session);
        sessions.Begin(session);
        logger.SocketOpened(name, user);
        try
        {
            await begin();
            var rate = new EventRate(options.FramesPerSecond, options.FrameBurst, time);
            end = await session.Socket.RunAsync(frame => HandleAsync(session, commands, frame, rate));
        }
        finally
        {
            typing.StopAll(session);
            sessions.End(session);
            sockets.Remove(session, end);
            logger.SocketClosed(name, user, end?.ToString() ?? "failed");
            await session.Socket.DisposeAsync();
        }
    }

    private async Task HandleAsync<TSession>(TSession session, HotelCommands<TSession> commands, ReadOnlyMemory<byte> frame, EventRate rate)
        where TSession : HotelSession
    {
        if (session.Caller.ExpiresAt <= time.GetUtcNow())
        {
            session.End(TokenExpired);
            return;
        }
        if (!rate.TryTake())
        {
            session.End(HotelErrors.TooFast);
            return;
        }
        if (await RunAsync(session, commands, frame) is { } error)
            session.Socket.TrySend(HotelErrors.ToFrame(error, HotelFrameHead.ConversationOf(frame), HotelFrameHead.KeyOf(frame)));
    }

    private async Task<ChatError?> RunAsync<TSession>(TSession session, HotelCommands<TSession> commands, ReadOnlyMemory<byte> frame)
        where TSession : HotelSession
    {
        if (!commands.Find(frame).TryGet(out var row, out var error))
        {
            // A type that is not ours may hold anything, line ends included, and stays out of the log.
            logger.FrameRefused("of no known type", session.Caller.Id.Value, error.Code);
            return error;
        }
        using var deadline = Deadline.Start(time, CancellationToken.None);
        var result = await Deadline.GuardAsync<bool>(
            async () => await row.RunAsync(session, frame, deadline.Token) is { } refused ? refused : true,
            fault => logger.FrameFailed(fault, row.Type, session.Caller.Id.Value));
        if (result.Error is { } failure)
            logger.FrameRefused(row.Type, session.Caller.Id.Value, failure.Code);
        return result.Error;
    }
}
