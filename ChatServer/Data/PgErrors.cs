using System.Net.Sockets;
using ChatServer.Chat;
using Npgsql;

namespace ChatServer.Data;

/// <summary>What PostgreSQL's and Npgsql's failures mean to a caller: the one table of them.</summary>
internal static class PgErrors
{
    /// <summary>The error to answer with, or null for a failure that is a bug of ours.</summary>
    public static ChatError? ToChatError(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled } => ChatError.Busy,
        PostgresException postgres when IsConflict(postgres) => ChatError.Busy,
        PostgresException postgres => IsOutage(postgres.SqlState) ? ChatError.DbUnavailable : null,
        NpgsqlException or IOException or SocketException or TimeoutException => ChatError.DbUnavailable,
        _ => null,
    };

    /// <summary>Whether the connection is gone, and with it the answer to what was sent last.</summary>
    public static bool IsConnectionLost(Exception failure) => failure switch
    {
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        NpgsqlException { InnerException: IOException or SocketException } or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>Whether a statement was sent and nobody knows what became of it: the connection is gone, or we stopped listening.</summary>
    public static bool IsOutcomeUnknown(Exception? failure) =>
        failure is not null && (IsConnectionLost(failure) || failure is (NpgsqlException and not PostgresException) or OperationCanceledException);

    /// <summary>Whether another transaction was in the way, so that the same statement may succeed when it is run again.</summary>
    public static bool IsConflict(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    public static bool Violates(Exception failure, string constraint) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } postgres && postgres.ConstraintName == constraint;

    /// <summary>
    /// Classes 08 connection, 28 refused log-in, 53 out of connections, memory or disk, 57P shutdown and start-up, 58 input and output;
    /// 25006 a server that only reads (a standby); 3D000 the database is not there.
    /// </summary>
    private static bool IsOutage(string state) =>
        state[..2] is "08" or "28" or "53" or "58" || state.StartsWith("57P", StringComparison.Ordinal) || state is "25006" or "3D000";
}
