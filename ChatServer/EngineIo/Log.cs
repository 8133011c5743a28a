namespace ChatServer.EngineIo;

/// <summary>Log messages of the engine, ids 1000 to 1099. Sessions appear by number: their id is a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "Session {Session} opened on {Transport}")]
    public static partial void Opened(this ILogger logger, long session, string transport);

    [LoggerMessage(1001, LogLevel.Debug, "Session {Session} moved to websocket")]
    public static partial void Upgraded(this ILogger logger, long session);

    [LoggerMessage(1002, LogLevel.Debug, "Session {Session} closed: {Reason}")]
    public static partial void Closed(this ILogger logger, long session, CloseReason reason);

    [LoggerMessage(1003, LogLevel.Information, "Request refused: {Error}")]
    public static partial void Refused(this ILogger logger, string error);

    [LoggerMessage(1004, LogLevel.Error, "The handler of session {Session} failed")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, long session);

    [LoggerMessage(1005, LogLevel.Information, "Session {Session} broke the protocol: {Problem}")]
    public static partial void Misbehaved(this ILogger logger, long session, string problem);

    [LoggerMessage(1006, LogLevel.Information, "Session {Session} met the limit {Limit}")]
    public static partial void Limited(this ILogger logger, long session, string limit);
}
