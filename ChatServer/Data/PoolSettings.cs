using System.Globalization;
using Npgsql;

namespace ChatServer.Data;

/// <summary>The operator says where the server is; how we talk to it is ours to say.</summary>
internal static class PoolSettings
{
    /// <summary>More than the server has statements, so that each is planned once a connection.</summary>
    private const int PreparedStatements = 64;

    /// <summary>
    /// Give the connection up at once. The server ends its statements itself, earlier than we would; one that has not done so by then
    /// does not answer a request to do it either, and waiting for that took seconds.
    /// </summary>
    private const int NoCancellationRequest = -1;

    public static string Over(string connectionString, DatabaseOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "ChatServer",
            Pooling = true,
            Multiplexing = false,
            MinPoolSize = 0,
            MaxPoolSize = options.MaxPoolSize,
            MaxAutoPrepare = PreparedStatements,
            Timeout = options.ConnectTimeoutSeconds,
            CommandTimeout = (int)Math.Ceiling(options.Patience.TotalSeconds),
            CancellationTimeout = NoCancellationRequest,
        };
        settings.Options = string.Create(CultureInfo.InvariantCulture,
            $"{settings.Options} -c lock_timeout={options.LockTimeout.TotalMilliseconds:F0} -c statement_timeout={options.StatementTimeout.TotalMilliseconds:F0}").Trim();
        return settings.ConnectionString;
    }

    /// <summary>One connection outside the pool, for work that takes the time it takes: migrations and start-up questions.</summary>
    public static string Patient(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "ChatServer start-up",
        Pooling = false,
        Multiplexing = false,
        CommandTimeout = 0,
    }.ConnectionString;
}
