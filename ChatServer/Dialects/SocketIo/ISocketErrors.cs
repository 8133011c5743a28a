using ChatServer.Chat;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.SocketIo;

/// <summary>How a dialect words failures on its sockets.</summary>
internal interface ISocketErrors
{
    /// <summary>CONNECT_ERROR.</summary>
    ConnectReply Refuse(ChatError error);

    /// <summary>The <c>error</c> event.</summary>
    /// <param name="eventName">The event that failed; null when the error is about the connection.</param>
    /// <param name="argument">That event's argument as sent, for the key by which the client knows its message.</param>
    void Tell(Socket socket, ChatError error, string? eventName = null, ReadOnlyMemory<byte> argument = default);

    /// <summary>The negative acknowledgement.</summary>
    void Answer(Reply reply, ChatError error);
}
