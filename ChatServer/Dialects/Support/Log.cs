namespace ChatServer.Dialects.Support;

/// <summary>What the support dialect logs: ids 5300 to 5399.</summary>
internal static partial class Log
{
    [LoggerMessage(5300, LogLevel.Error, "The sessions of user {UserId} could not be restored on socket {SocketId}")]
    public static partial void RestoreFailed(this ILogger logger, Exception exception, long userId, string socketId);
}
