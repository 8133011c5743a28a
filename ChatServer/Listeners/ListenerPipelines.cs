using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ChatServer.Listeners;

/// <summary>Opens the configured listeners and gives each a routed pipeline of its own.</summary>
public static class ListenerPipelines
{
    /// <summary>Binds every address in <paramref name="options"/>; names with the same address share it.</summary>
    public static IServiceCollection AddListeners(this IServiceCollection services, ListenOptions options, bool onlyLoopback)
    {
        var listeners = options.ByName
            .Select(pair => (Name: pair.Key, Url: ListenUrl.TryParse(pair.Value, out var url) ? url : null))
            .Where(pair => pair.Url is not null)
            .GroupBy(pair => onlyLoopback ? pair.Url!.OnLoopback() : pair.Url!, pair => pair.Name)
            .SelectMany(Split)
            .ToArray();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var listener in listeners)
                listener.Bind(kestrel);
        });
        services.AddOptions<KestrelServerOptions>().Configure<HttpLimits>((kestrel, limits) => limits.Apply(kestrel.Limits));
        services.AddOptions<SocketTransportOptions>().Configure<HttpLimits>((sockets, limits) => sockets.Backlog = limits.Backlog);
        return services.AddSingleton<BadRequests>().AddSingleton<IReadOnlyList<Listener>>(listeners);
    }

    /// <summary>
    /// Sends each request to the pipeline of the listener it arrived on, which <paramref name="map"/> fills for the names served there.
    /// </summary>
    public static void UseListeners(this WebApplication app, Action<IApplicationBuilder, IReadOnlyList<string>> map)
    {
        app.Services.GetRequiredService<DiagnosticListener>().Subscribe(app.Services.GetRequiredService<BadRequests>(), BadRequests.IsWanted);
        foreach (var listener in app.Services.GetRequiredService<IReadOnlyList<Listener>>())
        {
            var branch = ((IApplicationBuilder)app).New();
            map(branch, listener.Names);
            listener.Pipeline = branch.Build();
        }
        app.Run(context => context.Features.GetRequiredFeature<Listener>().Pipeline(context));
    }

    /// <summary>Name and URL of everything served, once the server has started.</summary>
    public static IReadOnlyDictionary<string, string> ListeningUrls(this WebApplication app) =>
        app.Services.GetRequiredService<IReadOnlyList<Listener>>()
            .SelectMany(listener => listener.Names, (listener, name) => (name, listener.LocalUrl))
            .ToDictionary();

    /// <summary>Which setting to change when an address could not be opened; null for any other failure of a start.</summary>
    public static string? ExplainBinding(this WebApplication app, Exception failure) =>
        BindFailure.Explain(failure, app.Services.GetRequiredService<IReadOnlyList<Listener>>());

    /// <summary>Port 0 is a different port for each name.</summary>
    private static IEnumerable<Listener> Split(IGrouping<ListenUrl, string> group) => group.Key.Port == 0
        ? group.Select(name => new Listener(group.Key, [name]))
        : [new Listener(group.Key, [.. group])];
}
