using ChatServer.Data;
using ChatServer.Operations;
using Npgsql;

namespace ChatServer;

/// <summary>Why a server or a command could not start, in lines for a person; a bug keeps its stack trace.</summary>
internal static class StartFailure
{
    /// <summary>Null for what is no ordinary failure.</summary>
    public static IReadOnlyList<string>? Explain(Exception exception)
    {
        if (OptionsRegistration.TryReadProblems(exception, out var problems))
            return [.. problems.Select(problem => $"configuration: {problem}")];
        return exception is IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException or MigrationException or NpgsqlException
            ? [$"cannot start: {exception.Message}"]
            : null;
    }
}
