using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Endpoint = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace ChatServer.Listeners;

/// <summary>An address to listen on. TLS ends at the proxy in front, so the scheme is always http.</summary>
/// <param name="Host">An IP address, <c>localhost</c> for both loopback addresses, or <c>*</c> for all.</param>
/// <param name="Port">0 takes a free port, on one address only.</param>
internal sealed record ListenUrl(string Host, int Port)
{
    private const string Any = "*";
    private const string Localhost = "localhost";

    public static bool TryParse(string text, [NotNullWhen(true)] out ListenUrl? url)
    {
        url = null;
        if (!text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return false;
        var authority = text["http://".Length..].TrimEnd('/');
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(authority[(colon + 1)..], out var port))
            return false;
        var host = authority[..colon];
        url = new ListenUrl(host is "+" ? Any : host, port);
        return url.Host is Any or Localhost || IPAddress.TryParse(url.Host, out _);
    }

    /// <summary>The same port on loopback when this names every address: a development server is nobody else's business.</summary>
    public ListenUrl OnLoopback() => Host is Any ? this with { Host = Port == 0 ? "127.0.0.1" : Localhost } : this;

    public void Apply(KestrelServerOptions kestrel, Action<Endpoint> configure)
    {
        if (Host is Any)
            kestrel.ListenAnyIP(Port, configure);
        else if (Host is Localhost)
            kestrel.ListenLocalhost(Port, configure);
        else
            kestrel.Listen(IPAddress.Parse(Host), Port, configure);
    }
}
