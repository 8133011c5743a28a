using ChatServer.Chat;

namespace ChatServer.Dialects.SocketIo;

/// <summary>Event ids 4000 to 4099.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "A {Dialect} client was refused as {Code} on socket {SocketId}")]
    public static partial void ConnectRefused(this ILogger logger, string dialect, string socketId, ErrorCode code);

    [LoggerMessage(4001, LogLevel.Information, "{EventName} of user {UserId} on socket {SocketId} was refused as {Code}")]
    public static partial void EventRefused(this ILogger logger, string eventName, long userId, string socketId, ErrorCode code);

    [LoggerMessage(4010, LogLevel.Error, "A {Dialect} client could not be authenticated on socket {SocketId}")]
    public static partial void ConnectFailed(this ILogger logger, Exception exception, string dialect, string socketId);

    [LoggerMessage(4011, LogLevel.Error, "{EventName} of user {UserId} failed on socket {SocketId}")]
    public static partial void EventFailed(this ILogger logger, Exception exception, string eventName, long userId, string socketId);
}
