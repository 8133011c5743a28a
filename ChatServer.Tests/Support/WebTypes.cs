using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace ChatServer.Tests.Support;

/// <summary>The names of ASP.NET Core's types that the web SDK's implicit usings bring into every file, so that no <c>using</c> tells of them.</summary>
internal static class WebTypes
{
    private static readonly string[] ImplicitNamespaces =
    [
        "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing",
    ];

    public static IReadOnlySet<string> Names { get; } = Directory
        .EnumerateFiles(Path.GetDirectoryName(typeof(HttpContext).Assembly.Location)!, "Microsoft.AspNetCore.*.dll")
        .Select(file => Assembly.Load(AssemblyName.GetAssemblyName(file)))
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => ImplicitNamespaces.Contains(type.Namespace))
        .Select(type => type.Name.Split('`')[0])
        .ToHashSet();
}
