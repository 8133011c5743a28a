using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Endpoint = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace ChatServer.Listeners;

/// <summary>One address, and the pipeline of what is served there.</summary>
internal sealed class Listener(ListenUrl url, IReadOnlyList<string> names)
{
    private Endpoint? _endpoint;

    /// <summary>What is served here, such as <c>Consult</c>.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Where a client on this machine finds it, once it is bound.</summary>
    public string LocalUrl => $"http://{(url.Host is "*" or "localhost" ? "localhost" : url.Host)}:{BoundPort}";

    /// <summary>Serves a request. Set before the server starts.</summary>
    public RequestDelegate Pipeline { get; set; } = context => Task.CompletedTask;

    private int BoundPort => _endpoint?.EndPoint is IPEndPoint { Port: > 0 } bound ? bound.Port : url.Port;

    /// <summary>Opens the address and marks each of its connections as this listener's, so that requests need no guessing.</summary>
    public void Bind(KestrelServerOptions kestrel) => url.Apply(kestrel, endpoint =>
    {
        _endpoint = endpoint;
        endpoint.Protocols = ListenOptions.ProtocolOf(names[0]);
        endpoint.Use(next => connection =>
        {
            connection.Features.Set(this);
            return next(connection);
        });
    });
}
