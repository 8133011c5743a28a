namespace ChatServer.Dialects.Consult;

/// <summary>Event ids 4100 to 4199.</summary>
internal static partial class Log
{
    [LoggerMessage(4100, LogLevel.Error, "{Method} {Endpoint} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string? endpoint);
}
