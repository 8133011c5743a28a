using ChatServer.Chat;

namespace ChatServer.Dialects.Midimo;

/// <summary>What the direct WebSocket logs, in midimo's hundred: ids 5630 to 5649.</summary>
internal static partial class Log
{
    [LoggerMessage(5630, LogLevel.Debug, "A direct WebSocket of user {UserId} is open")]
    public static partial void WebSocketOpened(this ILogger logger, long userId);

    [LoggerMessage(5631, LogLevel.Debug, "A direct WebSocket of user {UserId} is over: {End}")]
    public static partial void WebSocketClosed(this ILogger logger, long userId, string end);

    [LoggerMessage(5632, LogLevel.Information, "A direct WebSocket is refused: {Reason}")]
    public static partial void WebSocketRefused(this ILogger logger, string reason);

    [LoggerMessage(5633, LogLevel.Error, "A direct WebSocket failed")]
    public static partial void WebSocketFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5634, LogLevel.Information, "Frame {Type} of user {UserId} is refused: {Code}")]
    public static partial void WebFrameRefused(this ILogger logger, string type, long userId, ErrorCode code);

    [LoggerMessage(5635, LogLevel.Error, "Frame {Type} of user {UserId} failed")]
    public static partial void WebFrameFailed(this ILogger logger, Exception exception, string type, long userId);
}
