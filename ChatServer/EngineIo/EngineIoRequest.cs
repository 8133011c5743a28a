using ChatServer.EngineIo.Protocol;
using ChatServer.EngineIo.Transports;

namespace ChatServer.EngineIo;

/// <summary>What a request's query and headers ask of the engine. Of a repeated key the last value wins.</summary>
/// <param name="Transport">The value of <c>transport</c>; only two exact words mean anything.</param>
/// <param name="Sid">The session; null for a handshake, which an empty value is too.</param>
/// <param name="Revision">Null when the query names none that is spoken here.</param>
/// <param name="IsUpgrade">Whether the request asks to become a WebSocket.</param>
internal readonly record struct EngineIoRequest(string Transport, string? Sid, Revision? Revision, bool IsUpgrade)
{
    public bool IsPolling => Transport == PollingTransport.TransportName;

    public bool IsWebSocket => Transport == WebSocketTransport.TransportName;

    public static EngineIoRequest From(HttpRequest request, EngineIoOptions options) => new(
        Last(request, "transport") ?? "",
        Last(request, "sid") is { Length: > 0 } sid ? sid : null,
        Revision.Find(Last(request, "EIO"), options),
        WebSocketHandshake.IsRequested(request));

    /// <summary>Copies what is worth knowing beyond the request's end.</summary>
    public static HandshakeInfo Describe(HttpContext context, DateTimeOffset now) => new(
        new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)),
        context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value[^1] ?? "", StringComparer.Ordinal),
        context.Request.PathBase + context.Request.Path + context.Request.QueryString,
        context.Connection.RemoteIpAddress,
        context.Request.IsHttps,
        now);

    /// <summary>Whether the client reads raw bytes. One that cannot says <c>b64</c>; only Engine.IO 3 asks.</summary>
    public static bool TakesBinary(HttpRequest request) => string.IsNullOrEmpty(Last(request, "b64"));

    /// <summary>The number of the script tag that a request comes from; null when it comes from none.</summary>
    public static string? JsonpIndex(HttpRequest request) => Last(request, "j");

    private static string? Last(HttpRequest request, string key) => request.Query[key] is [.., var last] ? last : null;
}
