using System.Collections.Concurrent;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;

namespace ChatServer.Conformance;

/// <summary>For measuring: <c>echo</c> is acked with its arguments, <c>bcast</c> is encoded once and sent to every socket of the namespace.</summary>
internal sealed class EchoNamespace : INamespaceHandler
{
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();

    public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
        ValueTask.FromResult(ConnectReply.Accept(new Handler(socket, this)));

    private void Broadcast(string nsp, IncomingEvent e)
    {
        var packet = PacketEncoder.RawEvent(nsp, e.Name, e.Arguments, e.Attachments.Count, ackId: null);
        OutboundPacket[] packets = [packet, .. e.Attachments.Select(bytes => new OutboundPacket(bytes.ToArray(), IsBinary: true))];
        foreach (var (socket, _) in _sockets)
            socket.TrySend(packets);
    }

    private sealed class Handler(Socket socket, EchoNamespace room) : ISocketHandler
    {
        public ValueTask OnConnectedAsync()
        {
            room._sockets[socket] = true;
            return ValueTask.CompletedTask;
        }

        public ValueTask OnEventAsync(IncomingEvent e)
        {
            if (e.Name is "bcast")
                room.Broadcast(socket.Namespace, e);
            else if (e is { Name: "echo", AckId: { } id })
                socket.TryAck(id, e.Arguments, e.Attachments);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnDisconnectedAsync(string reason)
        {
            room._sockets.TryRemove(socket, out _);
            return ValueTask.CompletedTask;
        }
    }
}
