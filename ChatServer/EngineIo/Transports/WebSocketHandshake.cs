using System.Security.Cryptography;
using System.Text;
using ChatServer.EngineIo.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace ChatServer.EngineIo.Transports;

/// <summary>The opening handshake of RFC 6455 section 4.2. No subprotocol is ever agreed to.</summary>
internal static class WebSocketHandshake
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Whether the request means to become a WebSocket, rightly or wrongly.</summary>
    public static bool IsRequested(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } &&
        string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the request may become one: GET, version 13, a key of 16 bytes.</summary>
    public static bool IsValid(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) &&
        request.Headers.SecWebSocketVersion == "13" &&
        request.Headers.SecWebSocketKey is [{ Length: 24 } key] &&
        Convert.TryFromBase64String(key, stackalloc byte[18], out var length) && length == 16;

    /// <summary>Agrees to compress messages, if the client offers it on terms that can be kept. Before <see cref="AcceptAsync"/>.</summary>
    public static bool TryAgreeToDeflate(HttpContext context)
    {
        var answer = DeflateOffer.Answer(context.Request.Headers.SecWebSocketExtensions);
        context.Response.Headers.SecWebSocketExtensions = answer;
        return answer is not null;
    }

    /// <summary>Answers 101 and gives the bare connection.</summary>
    public static Task<Stream> AcceptAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey!);
        return context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1 here; nothing rests on its strength.
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptGuid)));
#pragma warning restore CA5350
}
