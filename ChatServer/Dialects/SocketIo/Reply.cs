using System.Text.Json.Serialization.Metadata;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.SocketIo;

/// <summary>The answer to one event: sent at most once, and only where the client asked for one.</summary>
internal sealed class Reply(Socket socket, ulong? ackId)
{
    /// <summary>Whether the event is answered; a client that asked for no answer counts as answered when it would have been.</summary>
    public bool IsSent { get; private set; }

    public void Send<T>(T acknowledgement, JsonTypeInfo<T> type)
    {
        if (IsSent)
            return;
        IsSent = true;
        if (ackId is { } id)
            socket.TryAck(id, acknowledgement, type);
    }
}
