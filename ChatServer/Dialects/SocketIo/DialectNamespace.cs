using ChatServer.Chat;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Dialects.SocketIo;

/// <summary>A dialect as a Socket.IO namespace: authenticates whoever connects and gives each a <see cref="DialectSocket"/>.</summary>
internal sealed class DialectNamespace(
    ISocketIoDialect dialect,
    Authenticator authenticator,
    SessionLifecycle sessions,
    TimeProvider time,
    ILogger<DialectNamespace> logger) : INamespaceHandler
{
    public RecoveryOffer Recovery => dialect.Recovery;

    public async ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation)
    {
        using var deadline = Deadline.Start(time, cancellation);
        var result = await Deadline.GuardAsync(
            () => dialect.AuthenticateAsync(authenticator, auth, socket.Handshake, deadline.Token),
            e => logger.ConnectFailed(e, dialect.Dialect.Name, socket.LogId));
        return result.TryGet(out var caller, out var error) ? Accept(socket, caller, Credentials.FindText("last_message_id", auth, socket.Handshake)) : Refuse(socket, error);
    }

    private ConnectReply Accept(Socket socket, Caller caller, string? lastHeard)
    {
        var session = new SocketIoSession(socket.Recovers ? dialect.WithOffsets : dialect.Dialect, caller, socket, dialect.Errors) { LastHeard = lastHeard };
        return ConnectReply.Accept(new DialectSocket(dialect, session, sessions, time, logger));
    }

    private ConnectReply Refuse(Socket socket, ChatError error)
    {
        logger.ConnectRefused(dialect.Dialect.Name, socket.LogId, error.Code);
        return dialect.Errors.Refuse(error);
    }
}
