using System.Globalization;

namespace ChatServer.Data.Cluster;

/// <summary>The folder with PostgreSQL's <c>initdb</c> and <c>postgres</c>.</summary>
internal static class PostgresPrograms
{
    private const string DebianRoot = "/usr/lib/postgresql";

    /// <summary>
    /// <c>PG_BIN</c>, then <c>PATH</c>, then Debian's folders: that of the version which wrote the files, else the newest.
    /// </summary>
    /// <param name="version">The major version that wrote the files in the cluster; null for a new one.</param>
    /// <exception cref="FileNotFoundException">There is none; the message says how to get it.</exception>
    public static string Find(string? version)
    {
        if (Environment.GetEnvironmentVariable("PG_BIN") is { Length: > 0 } chosen)
            return IsComplete(chosen) ? chosen : throw new FileNotFoundException($"PG_BIN is {chosen}, which holds no initdb and postgres");
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(DebianFolders(version)).FirstOrDefault(IsComplete)
            ?? throw new FileNotFoundException(
                "PostgreSQL's programs were not found. Install them with 'apt-get install -y postgresql' (as root), " +
                "or set PG_BIN to the folder that holds initdb and postgres, or set Database:ConnectionString to use another server.");
    }

    private static IEnumerable<string> DebianFolders(string? version)
    {
        if (!Directory.Exists(DebianRoot))
            return [];
        return Directory.GetDirectories(DebianRoot)
            .OrderByDescending(folder => Path.GetFileName(folder) == version)
            .ThenByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Select(folder => Path.Combine(folder, "bin"));
    }

    private static bool IsComplete(string folder) =>
        File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));
}
