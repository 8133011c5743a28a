using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ChatServer.Data;

/// <summary>One file of <c>sql/</c>: <c>NNNN_what_it_does.sql</c>.</summary>
/// <param name="Checksum">SHA-256 of the text, whatever its line ends, in hexadecimal.</param>
internal sealed partial record Migration(string Name, string Sql, string Checksum)
{
    public string Number => Name[..4];

    /// <summary>The migrations of a folder in their order.</summary>
    /// <exception cref="MigrationException">Two have the same number, or there are none.</exception>
    public static async Task<IReadOnlyList<Migration>> ReadAsync(string folder, CancellationToken cancellation)
    {
        List<Migration> migrations = [];
        foreach (var file in Directory.GetFiles(folder, "*.sql").Where(file => FileName().IsMatch(Path.GetFileName(file))).Order(StringComparer.Ordinal))
            migrations.Add(From(Path.GetFileName(file), await File.ReadAllTextAsync(file, cancellation)));
        if (migrations.Count == 0)
            throw new MigrationException($"{folder} holds no migrations; the installation is not complete");
        if (migrations.GroupBy(migration => migration.Number).FirstOrDefault(same => same.Count() > 1) is { } twins)
            throw new MigrationException($"Migrations with the same number: {string.Join(", ", twins.Select(twin => twin.Name))}");
        return migrations;
    }

    private static Migration From(string name, string text)
    {
        var sql = text.ReplaceLineEndings("\n");
        return new Migration(name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
    }

    [GeneratedRegex(@"^\d{4}_[a-z0-9_]+\.sql$")]
    private static partial Regex FileName();
}

/// <summary>The database and the migrations of this version do not fit together; the server must not start.</summary>
internal sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
