using ChatServer.Dialects.Demo;
using ChatServer.Dialects.Rest;
using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.SocketIo;
using Microsoft.Extensions.Options;

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
    /// <summary>The paths under which its REST answers everything.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    public static readonly IReadOnlyDictionary<string, INamespaceHandler> NoNamespaces = new Dictionary<string, INamespaceHandler>();
}

/// <summary>Fills the pipeline of a listener with the dialects that share it.</summary>
public static class ServedDialects
{
    /// <param name="withDemo">Whether their demo pages are served too.</param>
    /// <exception cref="InvalidOperationException">Two dialects want the same namespace, or the same paths.</exception>
    public static void Serve(this IApplicationBuilder branch, IReadOnlyList<ServedDialect> dialects, bool withDemo = false)
    {
        RefuseSharedPrefixes(dialects);
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
                MapSocketIo(routes, namespaces, Parser(dialects, routes.ServiceProvider));
            if (withDemo)
                routes.MapDemo(dialects.Select(dialect => dialect.Name));
        });
    }

    /// <summary>Nothing in a request says which of two dialects it is for.</summary>
    private static void RefuseSharedPrefixes(IReadOnlyList<ServedDialect> dialects)
    {
        var claims = dialects.SelectMany(dialect => dialect.Prefixes.Select(prefix => (dialect.Name, Prefix: prefix)));
        if (claims.GroupBy(claim => claim.Prefix).FirstOrDefault(group => group.Count() > 1) is { } shared)
            throw new InvalidOperationException(
                $"{shared.First().Name} and {shared.Last().Name} both answer under {shared.Key}; give Listen:{shared.Last().Name} a URL of its own");
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

    /// <summary>A listener speaks one parser: nothing in a request says which one its client has.</summary>
    private static string Parser(IReadOnlyList<ServedDialect> dialects, IServiceProvider services)
    {
        var (common, own) = (services.GetRequiredService<SocketIoOptions>(), services.GetRequiredService<IOptionsMonitor<DialectParser>>());
        var asked = dialects.Where(dialect => dialect.Namespaces.Count > 0)
            .Select(dialect => (dialect.Name, Parser: own.Get(dialect.Name).Parser is { Length: > 0 } parser ? parser : common.Parser)).ToList();
        return asked.Find(other => other.Parser != asked[0].Parser) is { Name: { } differing }
            ? throw new InvalidOperationException(
                $"{asked[0].Name} and {differing} share a URL but no parser; give Listen:{differing} a URL of its own, or both the same Parser")
            : asked[0].Parser;
    }

    private static void MapSocketIo(IEndpointRouteBuilder routes, IReadOnlyDictionary<string, INamespaceHandler> namespaces, string parser)
    {
        var services = routes.ServiceProvider;
        var options = services.GetRequiredService<SocketIoOptions>();
        var hooks = new EngineIoHooks { AllowRequest = services.GetRequiredService<CrossOriginPolicy>().CheckAsync };
        var server = ActivatorUtilities.CreateInstance<EngineIoServer>(services, ActivatorUtilities.CreateInstance<SocketIoServer>(services, namespaces, parser), hooks);
        routes.MapEngineIo(options.Path, server);
        routes.MapSocketIoClient(options);
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(server.Stop);
    }
}
