namespace ChatServer.Listeners;

/// <summary>Log messages of the listeners, ids 1200 to 1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Information, "Request refused with {Status}: {Reason}")]
    public static partial void Refused(this ILogger logger, int status, string reason);
}
