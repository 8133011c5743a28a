using System.Reflection;

namespace ChatServer.Dialects.Midimo;

/// <summary>The protocol's files, from which clients are made: <c>/protos/chat.proto</c> and its neighbours.</summary>
internal static class ProtoFiles
{
    private const string Folder = "Protos/";
    private static readonly Assembly Assembly = typeof(ProtoFiles).Assembly;

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var resource in Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            var text = Read(resource);
            routes.MapGet($"/protos/{resource[Folder.Length..]}", () => Results.Text(text, "text/plain; charset=utf-8")).ExcludeFromDescription();
        }
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
