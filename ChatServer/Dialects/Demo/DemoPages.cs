using System.Reflection;

namespace ChatServer.Dialects.Demo;

/// <summary>
/// The demo of each dialect: whatever stands in its folder <c>Demo</c> is embedded into the assembly and served on its listener.
/// <c>index.html</c> is <c>/demo/consult</c>, <c>staff.html</c> is <c>/demo/consult/staff</c>, other files keep their endings. What the pages
/// share stands beside this file and is served as <c>/demo/FILE</c>.
/// </summary>
internal static class DemoPages
{
    private const string Shared = "Dialects/Demo/";
    private static readonly Assembly Assembly = typeof(DemoPages).Assembly;
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Where a person finds the demo of a dialect, such as <c>/demo/consult</c>; null when it has none.</summary>
    public static string? PathOf(string dialect) =>
        Assembly.GetManifestResourceInfo($"{FolderOf(dialect)}index.html") is null ? null : PathTo(FolderOf(dialect), dialect, "index.html");

    /// <summary>Serves the demos of the dialects that share a listener.</summary>
    /// <param name="dialects">Their names as in the section <c>Listen</c>.</param>
    public static void MapDemo(this IEndpointRouteBuilder routes, IEnumerable<string> dialects)
    {
        var files = dialects.SelectMany(dialect => Read(FolderOf(dialect), dialect)).ToList();
        if (files.Count == 0)
            return;
        foreach (var (path, file) in files.Concat(Read(Shared, "")))
            routes.MapMethods(path, Methods, file.WriteAsync).ExcludeFromDescription();
    }

    private static string FolderOf(string dialect) => $"Dialects/{dialect}/Demo/";

    private static IEnumerable<(string Path, DemoFile File)> Read(string folder, string dialect) =>
        from resource in Assembly.GetManifestResourceNames()
        where resource.StartsWith(folder, StringComparison.Ordinal)
        let name = resource[folder.Length..]
        select (PathTo(folder, dialect, name), DemoFile.From(name, ReadAll(resource)));

    private static string PathTo(string folder, string dialect, string name)
    {
        var start = folder is Shared ? "/demo" : $"/demo/{dialect.ToLowerInvariant()}";
        return name switch
        {
            "index.html" => start,
            _ when Path.GetExtension(name) is ".html" => $"{start}/{Path.GetFileNameWithoutExtension(name)}",
            _ => $"{start}/{name}",
        };
    }

    private static byte[] ReadAll(string resource)
    {
        using var stream = Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
