namespace ChatServer.Dialects.Restaurant;

/// <summary>What the restaurant dialect logs: ids 5200 to 5299.</summary>
internal static partial class Log
{
    [LoggerMessage(5200, LogLevel.Warning,
        "Restaurant sockets are let in by a bare user_id, so whoever knows a number is that user; Restaurant__AllowUserIdLogin=false demands a token")]
    public static partial void UserIdIsEnough(this ILogger logger);
}
