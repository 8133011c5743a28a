using ChatServer.Dialects.Rest;
using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.SocketIo;

namespace ChatServer.Dialects;

/// <summary>What one dialect puts on its listener.</summary>
/// <param name="Name">As in the section <c>Listen</c>.</param>
/// <param name="Namespaces">Its Socket.IO namespaces; none for a dialect that speaks something else.</param>
/// <param name="Use">Its middleware, behind routing and in front of authorisation.</param>
/// <param name="Map">Its endpoints.</param>
/// <param name="IsForPages">Whether web pages are among its clients, so that the section <c>Cors</c> applies.</param>
public sealed record ServedDialect(
    string Name,
    IReadOnlyDictionary<string, INamespaceHandler> Namespaces,
    Action<IApplicationBuilder> Use,
    Action<IEndpointRouteBuilder> Map,
    bool IsForPages = true)
{
    public static readonly IReadOnlyDictionary<string, INamespaceHandler> NoNamespaces = new Dictionary<string, INamespaceHandler>();
}

/// <summary>Fills the pipeline of a listener with the dialects that share it.</summary>
public static class ServedDialects
{
    /// <exception cref="InvalidOperationException">Two dialects want the same namespace.</exception>
    public static void Serve(this IApplicationBuilder branch, IReadOnlyList<ServedDialect> dialects)
    {
        if (dialects.Any(dialect => dialect.IsForPages))
            branch.UseCrossOrigin(branch.ApplicationServices.GetRequiredService<CrossOriginPolicy>());
        branch.UseRouting();
        branch.UseMiddleware<RestDoor>();
        foreach (var dialect in dialects)
            dialect.Use(branch);
        branch.UseAuthorization();
        branch.UseEndpoints(routes =>
        {
            foreach (var dialect in dialects)
                dialect.Map(routes);
            if (Namespaces(dialects) is { Count: > 0 } namespaces)
                MapSocketIo(routes, namespaces);
        });
    }

    private static Dictionary<string, INamespaceHandler> Namespaces(IReadOnlyList<ServedDialect> dialects)
    {
        var owners = new Dictionary<string, (string Dialect, INamespaceHandler Handler)>(StringComparer.Ordinal);
        foreach (var dialect in dialects)
        {
            foreach (var (name, handler) in dialect.Namespaces)
            {
                if (!owners.TryAdd(name, (dialect.Name, handler)))
                    throw new InvalidOperationException(
                        $"{owners[name].Dialect} and {dialect.Name} both serve the namespace {name}; give Listen:{dialect.Name} a URL of its own");
            }
        }
        return owners.ToDictionary(pair => pair.Key, pair => pair.Value.Handler, StringComparer.Ordinal);
    }

    private static void MapSocketIo(IEndpointRouteBuilder routes, IReadOnlyDictionary<string, INamespaceHandler> namespaces)
    {
        var services = routes.ServiceProvider;
        var options = services.GetRequiredService<SocketIoOptions>();
        var hooks = new EngineIoHooks { AllowRequest = services.GetRequiredService<CrossOriginPolicy>().CheckAsync };
        var server = ActivatorUtilities.CreateInstance<EngineIoServer>(services, ActivatorUtilities.CreateInstance<SocketIoServer>(services, namespaces), hooks);
        routes.MapEngineIo(options.Path, server);
        routes.MapSocketIoClient(options);
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(server.Stop);
    }
}
