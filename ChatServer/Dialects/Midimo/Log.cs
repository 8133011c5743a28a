namespace ChatServer.Dialects.Midimo;

/// <summary>What the midimo dialect and its gRPC log: ids 5600 to 5699, those of webhooks from 5650 on. Never a token, nor what a message says.</summary>
internal static partial class Log
{
    [LoggerMessage(5600, LogLevel.Debug, "{Method} {RequestId}: OK after {Milliseconds:0.0} ms")]
    public static partial void CallAnswered(this ILogger logger, string method, string requestId, double milliseconds);

    [LoggerMessage(5601, LogLevel.Information, "{Method} {RequestId}: {Status} after {Milliseconds:0.0} ms")]
    public static partial void CallRefused(this ILogger logger, string method, string requestId, string status, double milliseconds);

    [LoggerMessage(5602, LogLevel.Error, "{Method} {RequestId} failed")]
    public static partial void CallFailed(this ILogger logger, Exception exception, string method, string requestId);
}
