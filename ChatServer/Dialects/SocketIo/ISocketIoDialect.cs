using ChatServer.Chat;
using ChatServer.EngineIo;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Dialects.SocketIo;

/// <summary>All that distinguishes one Socket.IO dialect from another.</summary>
internal interface ISocketIoDialect
{
    Dialect Dialect { get; }

    /// <summary>The same, for clients that use recovery: every event has its offset as its last argument.</summary>
    Dialect WithOffsets { get; }

    RecoveryOffer Recovery { get; }

    ClaimMap Claims { get; }

    CommandTable Commands { get; }

    ISocketErrors Errors { get; }

    /// <summary>Who connects: whoever the token says, unless the dialect knows other ways.</summary>
    /// <param name="authenticator">Reads tokens.</param>
    /// <param name="auth">The CONNECT payload, a JSON object; borrowed until the task completes.</param>
    /// <param name="handshake">The request that opened the engine's session.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<Result<Caller>> AuthenticateAsync(
        Authenticator authenticator, ReadOnlyMemory<byte> auth, HandshakeInfo handshake, CancellationToken cancellation) =>
        Credentials.Find(auth, handshake) is { } token
            ? authenticator.AuthenticateAsync(token, Claims, cancellation)
            : Task.FromResult<Result<Caller>>(ChatError.NoToken);

    /// <summary>The session is connected and hears events; its own events wait until this is done.</summary>
    Task WelcomeAsync(SocketIoSession session, CancellationToken cancellation);

    /// <summary>The client is gone: the session is about to be taken out of its rooms, or waits in them for <see cref="WelcomeBack"/>.</summary>
    /// <param name="session">Who goes.</param>
    /// <param name="reason">Why, in the reference server's words.</param>
    void Departed(SocketIoSession session, string reason);

    /// <summary>The client is back, in the same rooms, and has missed nothing; also where its going was not noticed.</summary>
    void WelcomeBack(SocketIoSession session);
}
