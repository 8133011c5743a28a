using System.Text.RegularExpressions;

namespace ChatServer.Tests.Support;

/// <summary>A folder named by code outside it.</summary>
/// <param name="Target">The folder named: <c>Data</c>, or <c>Dialects/Consult</c> for one dialect.</param>
/// <param name="Text">How it was named.</param>
internal sealed record Mention(string Target, string Text);

/// <summary>
/// Finds which folders a piece of code names, whether by <c>using</c>, in full, or by the short form that needs no <c>using</c>
/// inside <c>namespace ChatServer.…</c>. A short form counts when what follows the dot is declared in that folder, so that a
/// property called <c>Data</c> is not taken for the folder.
/// </summary>
internal sealed partial class LayerScan
{
    private const string Dialects = "Dialects";

    private readonly ILookup<string, string> _names;

    public LayerScan(IReadOnlyList<SourceFile> files) => _names = files
        .SelectMany(file => Names(file).SelectMany(name => new[] { (Target: file.Folder, name), (Target: $"{file.Folder}/{file.Subfolder}", name) }))
        .Distinct()
        .ToLookup(entry => entry.Target, entry => entry.name);

    public IEnumerable<Mention> Find(string code)
    {
        foreach (Match match in DottedNames.Matches(code))
        {
            var path = Spaces.Replace(match.Groups["path"].Value, "").Split('.');
            var isFull = path[0] is "ChatServer";
            if (Resolve(isFull ? path[1..] : path, isFull) is { } target)
                yield return new Mention(target, match.Value);
        }
    }

    private string? Resolve(string[] path, bool isFull) => path switch
    {
        [Dialects] => isFull ? Dialects : null,
        [Dialects, var dialect, ..] => $"{Dialects}/{dialect}",
        [var folder, ..] when isFull => folder,
        [var folder, var name, ..] when _names[folder].Contains(name) => folder,
        [var dialect, var name, ..] when _names[$"{Dialects}/{dialect}"].Contains(name) => $"{Dialects}/{dialect}",
        _ => null,
    };

    private static IEnumerable<string> Names(SourceFile file)
    {
        foreach (Match match in Declarations.Matches(file.Code))
            yield return match.Groups["name"].Value;
        if (file.Subfolder.Length > 0)
            yield return file.Subfolder;
    }

    // A namespace line says where the code is, not what it uses.
    [GeneratedRegex("""(?<![\w.])(?<!namespace\s+)(?:global::)?(?<path>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)+)""")]
    private static partial Regex DottedNames { get; }

    [GeneratedRegex("""\b(?:class|record(?:\s+(?:class|struct))?|struct|interface|enum|delegate\s+[\w<>?,.\s]+)\s+(?<name>[A-Z]\w*)""")]
    private static partial Regex Declarations { get; }

    [GeneratedRegex("""\s+""")]
    private static partial Regex Spaces { get; }
}
