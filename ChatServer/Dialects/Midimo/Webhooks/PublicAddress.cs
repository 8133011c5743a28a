using System.Net;
using System.Net.Sockets;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>
/// Whether an address belongs to the public Internet, by IANA's registries of special-purpose addresses (RFC 6890): nothing inside this
/// machine, this network or a provider's is reached by a name that somebody outside controls (reliability T23).
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Special = [.. new[]
    {
        "0.0.0.0/8",        // this host
        "10.0.0.0/8",       // private
        "100.64.0.0/10",    // carriers' NAT
        "127.0.0.0/8",      // loopback
        "169.254.0.0/16",   // link-local; clouds keep their keys there
        "172.16.0.0/12",    // private
        "192.0.0.0/24",     // protocols
        "192.0.2.0/24",     // examples
        "192.88.99.0/24",   // 6to4 relays
        "192.168.0.0/16",   // private
        "198.18.0.0/15",    // benchmarks
        "198.51.100.0/24",  // examples
        "203.0.113.0/24",   // examples
        "224.0.0.0/4",      // multicast
        "240.0.0.0/4",      // reserved, broadcast
        "2001::/23",        // protocols, Teredo among them, which embeds an IPv4 address
        "2001:db8::/32",    // examples
        "2002::/16",        // 6to4, which embeds an IPv4 address
        "3fff::/20",        // examples
    }.Select(IPNetwork.Parse)];

    /// <summary>All of IPv6 that is given out for the Internet; the rest is loopback, local, multicast or nobody's.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>IPv4 as a network of IPv6 alone reaches it (RFC 6052): as public as the IPv4 address in its last four bytes.</summary>
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily is AddressFamily.InterNetwork)
            return !IsSpecial(address);
        if (address.IsIPv4MappedToIPv6)
            return !IsSpecial(address.MapToIPv4());
        return Translated.Contains(address)
            ? !IsSpecial(new IPAddress(address.GetAddressBytes()[^4..]))
            : GlobalUnicast.Contains(address) && !IsSpecial(address);
    }

    private static bool IsSpecial(IPAddress address) => Special.Any(network => network.Contains(address));
}
