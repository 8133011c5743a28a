using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace ChatServer.Data;

/// <summary>Section <c>Database</c>: which PostgreSQL server keeps everything, and how long it may take.</summary>
public sealed class DatabaseOptions : IValidatableObject
{
    public const string Section = "Database";

    /// <summary>An Npgsql connection string. Empty: a private PostgreSQL server of our own, a child of this process.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Where the private server keeps its files; a relative path starts at the content root.</summary>
    [Required]
    public string Directory { get; set; } = ".data/postgres";

    /// <summary>Connections at most: eight a core keep the cores and the disk busy, more only wait in the server (reliability, section 2).</summary>
    [Range(1, 1000)]
    public int MaxPoolSize { get; set; } = Environment.ProcessorCount * 8;

    /// <summary>Calls that may wait for a connection before the next one is refused as busy (reliability G3).</summary>
    [Range(0, 100_000)]
    public int MaxWaiting { get; set; } = 1000;

    /// <summary>
    /// Seconds a repository call may take in all, its waiting included: half of the ten within which every request is answered
    /// (reliability P2); the other half belongs to the conversation's lane. The shorter times below are shares of it.
    /// </summary>
    [Range(1, 60)]
    public int CommandTimeoutSeconds { get; set; } = 5;

    /// <summary>Seconds to reach the server or to get a free connection: a healthy one answers in milliseconds (reliability G2: 2 s).</summary>
    [Range(1, 60)]
    public int ConnectTimeoutSeconds { get; set; } = 2;

    /// <summary>The database itself gives up waiting for a row that somebody else holds.</summary>
    internal TimeSpan LockTimeout => TimeSpan.FromSeconds(CommandTimeoutSeconds) * 0.5;

    /// <summary>The database itself ends a statement; later than a lock, sooner than we stop listening, so that the outcome is known.</summary>
    internal TimeSpan StatementTimeout => TimeSpan.FromSeconds(CommandTimeoutSeconds) * 0.6;

    /// <summary>We stop listening to a server that says nothing.</summary>
    internal TimeSpan Patience => TimeSpan.FromSeconds(CommandTimeoutSeconds) * 0.8;

    /// <summary>What is left to find out what became of a statement whose answer was lost.</summary>
    internal TimeSpan Afterthought => TimeSpan.FromSeconds(CommandTimeoutSeconds) * 0.2;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsConnectionString(ConnectionString))
            yield return new ValidationResult("is not an Npgsql connection string with a host (Host=…;Database=…;Username=…)", [nameof(ConnectionString)]);
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return text.Length == 0 || new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
