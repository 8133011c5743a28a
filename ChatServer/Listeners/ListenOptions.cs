using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChatServer.Listeners;

/// <summary>
/// Where each dialect is reached (section <c>Listen</c>): a dialect is told by its listener, never by a request. An empty value switches
/// one off; dialects with the same URL share the listener.
/// </summary>
public sealed class ListenOptions : IValidatableObject
{
    public const string Section = "Listen";

    /// <summary>Rooms and sessions, namespace <c>/chat</c>. 8080 is the port of the documented client.</summary>
    public string Consult { get; set; } = "http://*:8080";

    /// <summary>One channel per customer, shared by all staff; namespace <c>/</c>. 8000 is the port of the document.</summary>
    public string Restaurant { get; set; } = "http://*:8000";

    /// <summary>Guests and the departments of hotels, raw WebSockets. The port of the document is 8000, which is the restaurant's.</summary>
    public string Hotel { get; set; } = "http://*:8001";

    /// <summary>Support sessions, namespace <c>/</c>. 45000 is the documented port.</summary>
    public string Support { get; set; } = "http://*:45000";

    /// <summary>gRPC, for services and users of midimo: HTTP/2 without TLS, which needs a listener of its own. 50051 is the documented port.</summary>
    public string Midimo { get; set; } = "http://*:50051";

    /// <summary>What web pages and people reach of midimo: the direct WebSocket, REST and the protocol files. No document has a port for it.</summary>
    public string MidimoWeb { get; set; } = "http://*:8082";

    /// <summary>The operator's port: health, readiness, directory. Loopback, because its clients are on the machine or behind a proxy.</summary>
    public string Admin { get; set; } = "http://127.0.0.1:8090";

    /// <summary>
    /// Proxies in front that say truly who the client is (X-Forwarded-For, X-Forwarded-Proto), such as <c>127.0.0.1, 10.0.0.0/8</c>. Empty
    /// believes nobody, so that no client can choose its address; bounds for each address then see the proxy's.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, url) in ByName)
            if (url.Length > 0 && !ListenUrl.TryParse(url, out _))
                yield return new ValidationResult($"must look like http://*:8080, http://127.0.0.1:8080 or http://localhost:8080, not {url}", [name]);
        foreach (var shared in Shared().Where(names => names.Select(name => ProtocolOf(name)).Distinct().Count() > 1))
            yield return new ValidationResult($"cannot share a URL with {string.Join(", ", shared[..^1])}: they speak different versions of HTTP", [shared[^1]]);
        if (!Listeners.TrustedProxies.TryParse(TrustedProxies, out _))
            yield return new ValidationResult($"must be addresses and networks such as 127.0.0.1, 10.0.0.0/8, not {TrustedProxies}", [nameof(TrustedProxies)]);
    }

    /// <summary>The URLs by the name of what is served there; empty ones included.</summary>
    internal IReadOnlyDictionary<string, string> ByName => new Dictionary<string, string>
    {
        [nameof(Consult)] = Consult,
        [nameof(Restaurant)] = Restaurant,
        [nameof(Hotel)] = Hotel,
        [nameof(Support)] = Support,
        [nameof(Midimo)] = Midimo,
        [nameof(MidimoWeb)] = MidimoWeb,
        [nameof(Admin)] = Admin,
    };

    /// <summary>What is spoken where <paramref name="name"/> is served. WebSockets begin as HTTP/1.1; HTTP/2 without TLS cannot be offered beside it.</summary>
    internal static HttpProtocols ProtocolOf(string name) => OtherProtocols.GetValueOrDefault(name, HttpProtocols.Http1);

    private static readonly FrozenDictionary<string, HttpProtocols> OtherProtocols = new Dictionary<string, HttpProtocols>
    {
        [nameof(Midimo)] = HttpProtocols.Http2,
    }.ToFrozenDictionary();

    private IEnumerable<string[]> Shared() =>
        from pair in ByName
        let url = ListenUrl.TryParse(pair.Value, out var parsed) ? parsed : null
        where url is { Port: > 0 }
        group pair.Key by url into names
        select names.ToArray();
}
