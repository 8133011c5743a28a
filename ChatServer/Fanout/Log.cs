namespace ChatServer.Fanout;

/// <summary>What the fan-out logs: ids 3000 to 3099.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Debug, "A {Dialect} session of user {UserId} began")]
    public static partial void SessionBegan(this ILogger logger, string dialect, long userId);

    [LoggerMessage(3001, LogLevel.Debug, "A {Dialect} session of user {UserId} ended")]
    public static partial void SessionEnded(this ILogger logger, string dialect, long userId);

    [LoggerMessage(3002, LogLevel.Information, "A {Dialect} session of user {UserId} is ended: {Reason}")]
    public static partial void SessionRevoked(this ILogger logger, string dialect, long userId, string reason);

    [LoggerMessage(3010, LogLevel.Error, "Dialect {Dialect} failed to encode {EventType}")]
    public static partial void EncodingFailed(this ILogger logger, Exception exception, string dialect, string eventType);

    [LoggerMessage(3011, LogLevel.Error, "A {Dialect} session of user {UserId} failed to take a frame")]
    public static partial void DeliveryFailed(this ILogger logger, Exception exception, string dialect, long userId);

    [LoggerMessage(3012, LogLevel.Error, "A sweep of the sessions failed; the next one tries again")]
    public static partial void SweepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3020, LogLevel.Information, "Changes of presence wait for the store: {Reason}")]
    public static partial void PresenceUnsettled(this ILogger logger, string reason);

    [LoggerMessage(3021, LogLevel.Error, "Telling changes of presence failed; the next round tries again")]
    public static partial void PresenceFailed(this ILogger logger, Exception exception);
}
