namespace ChatServer.Dialects.Hotel;

/// <summary>What the hotel dialect logs: ids 5400 to 5499.</summary>
internal static partial class Log
{
    [LoggerMessage(5400, LogLevel.Debug, "A {Door} socket of user {UserId} is open")]
    public static partial void SocketOpened(this ILogger logger, string door, long userId);

    [LoggerMessage(5401, LogLevel.Debug, "A {Door} socket of user {UserId} is over: {End}")]
    public static partial void SocketClosed(this ILogger logger, string door, long userId, string end);

    [LoggerMessage(5402, LogLevel.Information, "A {Door} socket is refused: {Reason}")]
    public static partial void SocketRefused(this ILogger logger, string door, string reason);

    [LoggerMessage(5403, LogLevel.Information, "Frame {Type} of user {UserId} is refused: {Code}")]
    public static partial void FrameRefused(this ILogger logger, string type, long userId, Chat.ErrorCode code);

    [LoggerMessage(5404, LogLevel.Error, "Frame {Type} of user {UserId} failed")]
    public static partial void FrameFailed(this ILogger logger, Exception exception, string type, long userId);

    [LoggerMessage(5405, LogLevel.Error, "A {Door} socket could not be opened")]
    public static partial void OpeningFailed(this ILogger logger, Exception exception, string door);

    [LoggerMessage(5406, LogLevel.Information, "A socket of user {UserId} lost the right to {Count} departments")]
    public static partial void RightsLost(this ILogger logger, long userId, int count);

    [LoggerMessage(5407, LogLevel.Error, "Looking again at who may stay failed; the next look tries again")]
    public static partial void WatchFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5410, LogLevel.Warning, "{Mode} works here: whoever can reach this listener can use it. {Mend}")]
    public static partial void WeakModeOn(this ILogger logger, string mode, string mend);

    [LoggerMessage(5411, LogLevel.Information, "A call of the webhook is refused: {Reason}")]
    public static partial void WebhookRefused(this ILogger logger, string reason);
}
