using ChatServer.SocketIo.Recovery;

namespace ChatServer.SocketIo;

/// <summary>What is built on a namespace implements this and nothing else of Socket.IO.</summary>
public interface INamespaceHandler
{
    /// <summary>To whom connection state recovery is offered here.</summary>
    RecoveryOffer Recovery => RecoveryOffer.Never;

    /// <summary>
    /// A client asks to connect to the namespace. Later packets of the same client wait, in order, until this is answered.
    /// </summary>
    /// <param name="socket">
    /// The socket as it will be when accepted; nothing can be sent through it yet. A client that comes back is asked for its credentials
    /// here as well, and then goes on with the socket that it had instead of this one.
    /// </param>
    /// <param name="auth">
    /// The CONNECT payload, a JSON object without recovery's fields; <c>{}</c> when the client gave none. Borrowed until the task completes.
    /// </param>
    /// <param name="cancellation">Cancelled when the client's session is over.</param>
    ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation);
}

/// <summary>
/// The receiving side of one connected socket. Calls come one at a time and in wire order. An exception is logged and ends the
/// client's session.
/// </summary>
public interface ISocketHandler
{
    /// <summary>The CONNECT reply is queued; what is emitted from in here follows it.</summary>
    ValueTask OnConnectedAsync();

    /// <summary>One event. Its memory is borrowed until the task completes.</summary>
    ValueTask OnEventAsync(IncomingEvent e);

    /// <summary>
    /// With recovery: the client's session broke, and the client may come back. Until then what is emitted is kept. Followed by
    /// <see cref="OnRecoveredAsync"/> or <see cref="OnDisconnectedAsync"/>.
    /// </summary>
    ValueTask OnConnectionLostAsync(string reason) => ValueTask.CompletedTask;

    /// <summary>Whether a client that came back may go on in this one's place; true takes its new credentials over. Nobody may unless this says so.</summary>
    /// <param name="claimant">What <see cref="INamespaceHandler.ConnectAsync"/> accepted the client with; never started.</param>
    bool TryContinueAs(ISocketHandler claimant) => false;

    /// <summary>
    /// The client is back on a new session, maybe before the old one was known to be broken. What it missed and the CONNECT reply are queued;
    /// what is emitted from in here follows.
    /// </summary>
    ValueTask OnRecoveredAsync() => ValueTask.CompletedTask;

    /// <summary>The socket has left the namespace; called exactly once for every <see cref="OnConnectedAsync"/>, after it and the last event.</summary>
    /// <param name="reason">Why, in the reference server's words, such as <c>transport close</c> or <c>client namespace disconnect</c>.</param>
    ValueTask OnDisconnectedAsync(string reason);
}

/// <summary>The answer to a CONNECT: the handler of the new socket, or a refusal the client sees as CONNECT_ERROR.</summary>
public readonly record struct ConnectReply
{
    /// <summary>Set when the client is accepted.</summary>
    public ISocketHandler? Handler { get; private init; }

    /// <summary>Set when the client is refused.</summary>
    public ConnectError? Error { get; private init; }

    public static ConnectReply Accept(ISocketHandler handler) => new() { Handler = handler };

    /// <param name="message">What JS clients show as <c>err.message</c>.</param>
    /// <param name="data">A JSON value for <c>err.data</c>, UTF-8; empty for none.</param>
    public static ConnectReply Refuse(string message, ReadOnlyMemory<byte> data = default) => new() { Error = new ConnectError(message, data) };
}

/// <summary>The payload of a CONNECT_ERROR packet.</summary>
public sealed record ConnectError(string Message, ReadOnlyMemory<byte> Data);
