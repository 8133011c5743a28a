using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace ChatServer.Listeners;

/// <summary>The proxies in front whose word is taken for who the client is: addresses and networks, separated by commas.</summary>
internal static class TrustedProxies
{
    /// <summary>An address is a network of one. False when a part is neither.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IReadOnlyList<IPNetwork>? networks)
    {
        var parsed = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToList();
        networks = parsed.TrueForAll(network => network is not null) ? [.. parsed.Select(network => network!.Value)] : null;
        return networks is not null;
    }

    /// <summary>
    /// Makes the client's address and scheme of what trusted proxies say in X-Forwarded-For and X-Forwarded-Proto. Read from the right, up to
    /// the first hop that is not trusted, which is the client: what it wrote itself is left of that and means nothing.
    /// </summary>
    /// <param name="trusted">As in the configuration; empty for none, and then both headers are ignored.</param>
    public static void UseTrustedProxies(this IApplicationBuilder app, string trusted)
    {
        // Without networks the framework would believe everybody.
        if (!TryParse(trusted, out var networks) || networks.Count == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    private static IPNetwork? Parse(string part) =>
        IPAddress.TryParse(part, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(part, out var network) ? network
        : null;
}
