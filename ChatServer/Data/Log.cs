namespace ChatServer.Data;

/// <summary>Events 4000–4099.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "PostgreSQL {Version} runs on {Directory}")]
    public static partial void ClusterStarted(this ILogger logger, string version, string directory);

    [LoggerMessage(4001, LogLevel.Information, "Made a PostgreSQL cluster in {Directory}")]
    public static partial void ClusterMade(this ILogger logger, string directory);

    [LoggerMessage(4002, LogLevel.Error, "PostgreSQL ended by itself with exit code {ExitCode}; starting it again")]
    public static partial void ClusterDied(this ILogger logger, int exitCode);

    [LoggerMessage(4003, LogLevel.Warning, "PostgreSQL did not stop within {Seconds} s; ending it at once, it recovers at the next start")]
    public static partial void ClusterSlowToStop(this ILogger logger, double seconds);

    [LoggerMessage(4004, LogLevel.Debug, "PostgreSQL: {Line}")]
    public static partial void ClusterSays(this ILogger logger, string line);

    [LoggerMessage(4010, LogLevel.Information, "Applied migration {Name}")]
    public static partial void MigrationApplied(this ILogger logger, string name);

    [LoggerMessage(4020, LogLevel.Error, "The database is unavailable")]
    public static partial void DatabaseUnavailable(this ILogger logger, Exception exception);

    [LoggerMessage(4021, LogLevel.Information, "The database is busy: {Reason}")]
    public static partial void DatabaseBusy(this ILogger logger, string reason);

    [LoggerMessage(4022, LogLevel.Debug, "Running a statement again: {Reason}")]
    public static partial void StatementRepeated(this ILogger logger, string reason);

    [LoggerMessage(4023, LogLevel.Warning, "The answer to a statement was lost; message {Uid} stored: {Stored}")]
    public static partial void OutcomeSettled(this ILogger logger, Guid uid, bool stored);

    [LoggerMessage(4024, LogLevel.Debug, "A statement that took too long has ended: {Outcome}")]
    public static partial void AbandonedEnded(this ILogger logger, string outcome);

    [LoggerMessage(4030, LogLevel.Information, "Directory taken in: {Users} users, {Hotels} hotels, {Departments} departments, {Members} members, {Guests} guests, {Stays} stays")]
    public static partial void DirectoryImported(this ILogger logger, int users, int hotels, int departments, int members, int guests, int stays);
}
