using ChatServer.Chat;
using ChatServer.Chat.Events;
using ChatServer.Chat.Typing;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Fanout;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.Midimo;

/// <summary>
/// Runs an open direct WebSocket: it hears all threads of its user, and its frames are done one at a time. A bad frame never costs the client
/// its connection. The one catch-all of this door.
/// </summary>
internal sealed class MidimoWebDoor(
    SessionLifecycle sessions, Adapter adapter, MidimoWebSockets sockets, MidimoWebFrames frames, TypingService typing, MidimoWebOptions options, TimeProvider time,
    ILogger<MidimoWebDoor> logger)
{
    public async Task RunAsync(MidimoWebSession session)
    {
        var user = session.Caller.Id;
        MessageSocketEnd? end = null;
        sockets.Add(session);
        sessions.Begin(session);
        logger.WebSocketOpened(user.Value);
        try
        {
            adapter.Join(session, Room.InboxOf(user));
            var rate = new EventRate(options.FramesPerSecond, options.FrameBurst, time);
            end = await session.Socket.RunAsync(frame => HandleAsync(session, frame, rate));
        }
        finally
        {
            typing.StopAll(session);
            sessions.End(session);
            sockets.Remove(session, end);
            logger.WebSocketClosed(user.Value, end?.ToString() ?? "failed");
            await session.Socket.DisposeAsync();
        }
    }

    private async Task HandleAsync(MidimoWebSession session, ReadOnlyMemory<byte> frame, EventRate rate)
    {
        if (session.Caller.ExpiresAt <= time.GetUtcNow())
            session.End(MidimoWebErrors.TokenExpired);
        else if (!rate.TryTake())
            session.End(MidimoWebErrors.TooFast);
        else if (await AnswerAsync(session, frame) is { } error)
            session.Socket.TrySend(MidimoWebErrors.ToFrame(error, MidimoWebCommands.ClientIdOf(frame)));
    }

    private async Task<ChatError?> AnswerAsync(MidimoWebSession session, ReadOnlyMemory<byte> frame)
    {
        if (!frames.Commands.Find(frame).TryGet(out var found, out var unknown))
        {
            // A type that is not ours may hold anything, line ends included, and stays out of the log.
            logger.WebFrameRefused("of no known type", session.Caller.Id.Value, unknown.Code);
            return unknown;
        }
        using var deadline = Deadline.Start(time, CancellationToken.None);
        var result = await Deadline.GuardAsync<bool>(
            async () => await found.Row.RunAsync(session, found.Data, deadline.Token) is { } refused ? refused : true,
            fault => logger.WebFrameFailed(fault, found.Row.Type, session.Caller.Id.Value));
        if (result.Error is { } error)
            logger.WebFrameRefused(found.Row.Type, session.Caller.Id.Value, error.Code);
        return result.Error;
    }
}
