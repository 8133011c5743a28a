namespace ChatServer.Data;

/// <summary>Log messages of the database, ids 2000 to 2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "PostgreSQL {Version} runs on {Directory}")]
    public static partial void ClusterStarted(this ILogger logger, string version, string directory);

    [LoggerMessage(2001, LogLevel.Information, "Made a PostgreSQL cluster in {Directory}")]
    public static partial void ClusterMade(this ILogger logger, string directory);

    [LoggerMessage(2002, LogLevel.Error, "PostgreSQL ended by itself with exit code {ExitCode}; starting it again")]
    public static partial void ClusterDied(this ILogger logger, int exitCode);

    [LoggerMessage(2003, LogLevel.Warning, "PostgreSQL did not stop within {Seconds} s; ending it at once, it recovers at the next start")]
    public static partial void ClusterSlowToStop(this ILogger logger, double seconds);

    [LoggerMessage(2004, LogLevel.Debug, "PostgreSQL: {Line}")]
    public static partial void ClusterSays(this ILogger logger, string line);

    [LoggerMessage(2005, LogLevel.Information, "User {User}, who runs PostgreSQL, may not enter {Folder}; its files are in {Directory}")]
    public static partial void ClusterElsewhere(this ILogger logger, string user, string folder, string directory);

    [LoggerMessage(2010, LogLevel.Information, "Applied migration {Name}")]
    public static partial void MigrationApplied(this ILogger logger, string name);

    [LoggerMessage(2020, LogLevel.Error, "The database is unavailable: {Reason}")]
    public static partial void DatabaseUnavailable(this ILogger logger, string reason);

    [LoggerMessage(2021, LogLevel.Information, "The database is busy: {Reason}")]
    public static partial void DatabaseBusy(this ILogger logger, string reason);

    [LoggerMessage(2022, LogLevel.Debug, "Running a statement again: {Reason}")]
    public static partial void StatementRepeated(this ILogger logger, string reason);

    [LoggerMessage(2023, LogLevel.Warning, "The answer to a statement was lost; message {Uid} stored: {Stored}")]
    public static partial void OutcomeSettled(this ILogger logger, Guid uid, bool stored);

    [LoggerMessage(2024, LogLevel.Debug, "A statement that took too long has ended: {Outcome}")]
    public static partial void AbandonedEnded(this ILogger logger, string outcome);

    [LoggerMessage(2030, LogLevel.Information, "Directory taken in: {Users} users, {Hotels} hotels, {Departments} departments, {Members} members, {Guests} guests, {Stays} stays")]
    public static partial void DirectoryImported(this ILogger logger, int users, int hotels, int departments, int members, int guests, int stays);
}
