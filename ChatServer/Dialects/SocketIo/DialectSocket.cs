using ChatServer.Chat;
using ChatServer.Fanout;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.SocketIo;

/// <summary>
/// The receiving side of one client: event name → row → command, and an answer whatever happens. A bad event never costs the client its connection.
/// </summary>
internal sealed class DialectSocket(
    ISocketIoDialect dialect, SocketIoSession session, SessionLifecycle sessions, TimeProvider time, ILogger logger) : ISocketHandler
{
    private static readonly ChatError TokenExpired = new(ErrorCode.Unauthorized, "Token expired");

    private bool _isAway;

    private Caller Caller => session.Caller;

    public async ValueTask OnConnectedAsync()
    {
        sessions.Begin(session);
        using var deadline = Deadline.Start(time, CancellationToken.None);
        await Deadline.GuardAsync<bool>(async () =>
        {
            await dialect.WelcomeAsync(session, deadline.Token);
            return true;
        }, e => logger.EventFailed(e, "connect", session.Caller.Id.Value, session.Socket.LogId));
    }

    public async ValueTask OnEventAsync(IncomingEvent e)
    {
        var reply = new Reply(session.Socket, e.AckId);
        if (session.Caller.ExpiresAt <= time.GetUtcNow())
        {
            dialect.Errors.Answer(reply, TokenExpired);
            session.End(TokenExpired);
            return;
        }
        if (await RunAsync(e, reply) is { } error)
            Refuse(e, reply, error);
    }

    public ValueTask OnConnectionLostAsync(string reason)
    {
        _isAway = true;
        dialect.Departed(session, reason);
        sessions.Suspend(session);
        return ValueTask.CompletedTask;
    }

    /// <summary>Only the same user, whose role has not changed; the credential may be a newer one.</summary>
    public bool TryContinueAs(ISocketHandler claimant) => claimant is DialectSocket other && session.TryRenew(other.Caller);

    public ValueTask OnRecoveredAsync()
    {
        if (_isAway)
            sessions.Resume(session);
        _isAway = false;
        dialect.WelcomeBack(session);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnDisconnectedAsync(string reason)
    {
        if (!_isAway)
            dialect.Departed(session, reason);
        sessions.End(session);
        return ValueTask.CompletedTask;
    }

    private async Task<ChatError?> RunAsync(IncomingEvent e, Reply reply)
    {
        if (!dialect.Commands.TryFind(e.Name, out var row))
            return ChatError.Invalid("Unknown event");
        if (time.GetElapsedTime(e.Arrived) > Deadline.LatestStart)
            return ChatError.Busy;
        using var deadline = Deadline.Start(time, CancellationToken.None);
        var result = await Deadline.GuardAsync<bool>(
            async () => await row.RunAsync(session, e.Argument(0), reply, deadline.Token) is { } error ? error : true,
            fault => logger.EventFailed(fault, e.Name, session.Caller.Id.Value, session.Socket.LogId));
        return result.Error;
    }

    /// <summary>What was confirmed stays confirmed: a fault after that is in the log, and the client is told nothing that contradicts it.</summary>
    private void Refuse(IncomingEvent e, Reply reply, ChatError error)
    {
        if (reply.IsSent)
            return;
        // A name that is not ours may hold anything, line ends included, and stays out of the log.
        logger.EventRefused(dialect.Commands.TryFind(e.Name, out var row) ? row.EventName : "an unknown event", session.Caller.Id.Value, session.Socket.LogId, error.Code);
        dialect.Errors.Answer(reply, error);
        dialect.Errors.Tell(session.Socket, error, e.Name, e.Argument(0));
    }
}
