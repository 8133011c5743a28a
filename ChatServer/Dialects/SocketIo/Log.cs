using ChatServer.Chat;

namespace ChatServer.Dialects.SocketIo;

/// <summary>What the Socket.IO dialects share logs: ids 5000 to 5099.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "A {Dialect} client was refused as {Code} on socket {SocketId}")]
    public static partial void ConnectRefused(this ILogger logger, string dialect, string socketId, ErrorCode code);

    [LoggerMessage(5001, LogLevel.Information, "{EventName} of user {UserId} on socket {SocketId} was refused as {Code}")]
    public static partial void EventRefused(this ILogger logger, string eventName, long userId, string socketId, ErrorCode code);

    [LoggerMessage(5010, LogLevel.Error, "A {Dialect} client could not be authenticated on socket {SocketId}")]
    public static partial void ConnectFailed(this ILogger logger, Exception exception, string dialect, string socketId);

    [LoggerMessage(5011, LogLevel.Error, "{EventName} of user {UserId} failed on socket {SocketId}")]
    public static partial void EventFailed(this ILogger logger, Exception exception, string eventName, long userId, string socketId);
}
