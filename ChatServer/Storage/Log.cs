namespace ChatServer.Storage;

/// <summary>What the file storage logs: ids 8000 to 8099.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Information, "{Count} uploaded files that no message took up were removed")]
    public static partial void OrphansRemoved(this ILogger logger, int count);

    [LoggerMessage(8001, LogLevel.Warning, "Unused uploads could not be removed; the next round tries again")]
    public static partial void SweepFailed(this ILogger logger, Exception exception);
}
