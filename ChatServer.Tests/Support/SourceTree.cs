using System.Text.RegularExpressions;

namespace ChatServer.Tests.Support;

/// <summary>One file of the server: its path below <c>ChatServer/</c> with forward slashes, and its code.</summary>
internal sealed record SourceFile(string Path, string Code)
{
    /// <summary>The top folder; empty for the files beside <c>Program.cs</c>.</summary>
    public string Folder => Path.Contains('/') ? Path[..Path.IndexOf('/')] : "";

    /// <summary>The folder within the top folder, such as <c>Consult</c> of <c>Dialects/Consult/…</c>; empty when there is none.</summary>
    public string Subfolder => Path.Split('/') is [_, var second, _, ..] ? second : "";
}

/// <summary>The checkout that the tests were built from.</summary>
internal static partial class SourceTree
{
    /// <summary>The folder that holds the solution, found upwards from the test assembly.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every source file of the server, without comments and plain string literals.</summary>
    public static IReadOnlyList<SourceFile> Server { get; } = Read(System.IO.Path.Combine(Root, "ChatServer"));

    /// <summary>
    /// Code without comments, characters and strings: what is said there is not a dependency. Interpolated strings stay, because
    /// they hold code.
    /// </summary>
    public static string WithoutWords(string source) => Words.Replace(source, match => match.Value.StartsWith('$') ? match.Value : " ");

    private static SourceFile[] Read(string folder) =>
    [
        .. from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
           let path = System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/')
           where !path.StartsWith("bin/", StringComparison.Ordinal) && !path.StartsWith("obj/", StringComparison.Ordinal)
           select new SourceFile(path, WithoutWords(File.ReadAllText(file))),
    ];

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "ChatServer.sln")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No ChatServer.sln above the tests");
        return folder;
    }

    [GeneratedRegex(
        """
        //[^\n]*                                # line comment
        | /\*.*?\*/                             # block comment
        | \$*("{3,}).*?\1                       # raw string
        | @"(?:[^"]|"")*"                       # verbatim string
        | (?:\$@?|@\$)?"(?:\\.|[^"\\\n])*"      # string
        | '(?:\\.|[^'\\\n])+'                   # character
        """,
        RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Words { get; }
}
