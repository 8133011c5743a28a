using System.Text.Json;

namespace ChatServer.SocketIo;

/// <summary>
/// The browser client beside the server that it fits (protocol.md section 15), for pages that load it by a script tag. The files come from npm at
/// build time (ClientBundles.targets); a build that had no npm says so where they would be.
/// </summary>
public static class ClientBundles
{
    private const string Folder = "socket.io-client";
    private const string NotBuilt =
        "This server was built without the browser client, because npm was missing or could not fetch it. Build it again with npm at hand, " +
        "or let the page bring socket.io-client from its own bundle or from a CDN.\n";

    private static readonly string[] Names = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Serves the fixed set of files and their maps under the engine's path, if that is switched on.</summary>
    /// <param name="directory">Where the build put its output; the program's own folder unless given.</param>
    public static void MapSocketIoClient(this IEndpointRouteBuilder routes, SocketIoOptions options, string? directory = null)
    {
        if (!options.ServeClient)
            return;
        var folder = Path.Combine(directory ?? AppContext.BaseDirectory, Folder);
        var version = ReadVersion(Path.Combine(folder, "package.json"));
        foreach (var name in Names.Concat(Names.Select(name => $"{name}.map")))
        {
            RequestDelegate serve = version is null ? RefuseAsync : new ClientBundle(Path.Combine(folder, name), version).WriteAsync;
            routes.MapMethods($"{options.Path.TrimEnd('/')}/{name}", Methods, serve).ExcludeFromDescription();
        }
    }

    private static string? ReadVersion(string package)
    {
        if (!File.Exists(package))
            return null;
        using var json = JsonDocument.Parse(File.ReadAllBytes(package));
        return json.RootElement.GetProperty("version").GetString();
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(NotBuilt, context.RequestAborted);
    }
}
