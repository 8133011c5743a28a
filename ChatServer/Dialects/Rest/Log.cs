namespace ChatServer.Dialects.Rest;

/// <summary>What the dialects' REST logs: ids 5100 to 5199.</summary>
internal static partial class Log
{
    [LoggerMessage(5100, LogLevel.Error, "{Method} {Endpoint} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string? endpoint);
}
