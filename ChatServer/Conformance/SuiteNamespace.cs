using ChatServer.SocketIo;

namespace ChatServer.Conformance;

/// <summary>What the public Socket.IO suite expects of a namespace: <c>auth</c> on connection, <c>message</c>, <c>message-with-ack</c>.</summary>
internal sealed class SuiteNamespace : INamespaceHandler
{
    public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
        ValueTask.FromResult(ConnectReply.Accept(new Handler(socket, auth.ToArray())));

    private sealed class Handler(Socket socket, ReadOnlyMemory<byte> auth) : ISocketHandler
    {
        public ValueTask OnConnectedAsync()
        {
            socket.TryEmit("auth", auth, []);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnEventAsync(IncomingEvent e)
        {
            if (e.Name is "message")
                socket.TryEmit("message-back", e.Arguments, e.Attachments);
            else if (e is { Name: "message-with-ack", AckId: { } id })
                socket.TryAck(id, e.Arguments, e.Attachments);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnDisconnectedAsync(string reason) => ValueTask.CompletedTask;
    }
}
