using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat;
using ChatServer.EngineIo.Protocol;
using ChatServer.Fanout;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Dialects.SocketIo;

/// <summary>The fan-out's view of one Socket.IO client in one namespace.</summary>
internal sealed class SocketIoSession(Dialect dialect, Caller caller, Socket socket, ISocketErrors errors) : Session(dialect, caller)
{
    public Socket Socket { get; } = socket;

    /// <summary>The newest message that the client says it knows (contracts C8 c), as it says it; null when it says none.</summary>
    public string? LastHeard { get; init; }

    public override bool TryDeliver(Frame frame)
    {
        var packet = new OutboundPacket(frame.Bytes, frame.IsBinary);
        return frame.Offset is { } offset ? Socket.TrySend(new RecoverableEvent(offset, packet)) : Socket.TrySend(packet);
    }

    /// <summary>Emits to this client alone.</summary>
    public bool TryEmit<T>(string name, T argument, JsonTypeInfo<T> type) => Socket.TryEmit(name, argument, type);

    /// <summary>An <c>error</c> event with the reason, then DISCONNECT: clients do not reconnect by themselves after that.</summary>
    public override void End(ChatError reason)
    {
        errors.Tell(Socket, reason);
        Socket.Disconnect();
    }
}
