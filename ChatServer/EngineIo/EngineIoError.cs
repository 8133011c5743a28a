using System.Text;
using System.Text.Json;

namespace ChatServer.EngineIo;

/// <summary>Refusals of a request, with the reference server's codes and texts: clients hand them to their applications as they are.</summary>
internal sealed record EngineIoError(int Code, string Message, int Status = StatusCodes.Status400BadRequest)
{
    public static readonly EngineIoError UnknownTransport = new(0, "Transport unknown");
    public static readonly EngineIoError UnknownSession = new(1, "Session ID unknown");
    public static readonly EngineIoError BadHandshakeMethod = new(2, "Bad handshake method");
    public static readonly EngineIoError BadRequest = new(3, "Bad request");
    public static readonly EngineIoError UnsupportedRevision = new(5, "Unsupported protocol version");

    public static readonly EngineIoError TooManySessions = new(4, "Too many sessions", StatusCodes.Status503ServiceUnavailable);
    public static readonly EngineIoError TooManyHandshakes = new(4, "Too many handshakes", StatusCodes.Status429TooManyRequests);

    private const string NotAllowed = "Forbidden";

    /// <summary>One of a few words, for counting.</summary>
    public string Reason { get; private init; } = Message;

    /// <param name="text">What a hook has to say; empty for the reference server's own word.</param>
    public static EngineIoError Forbidden(string text) =>
        new(4, text is "" ? NotAllowed : text, StatusCodes.Status403Forbidden) { Reason = NotAllowed };

    /// <summary>The server stops: no error of the protocol's, but what every HTTP client understands as "not now".</summary>
    public static Task WriteStoppingAsync(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = "1";
        return Task.CompletedTask;
    }

    /// <summary>Plain requests get JSON; upgrade requests get the bare text, status 400 and the end of the connection (protocol.md 2.3).</summary>
    public Task WriteAsync(HttpResponse response, bool isUpgrade)
    {
        response.StatusCode = isUpgrade ? StatusCodes.Status400BadRequest : Status;
        response.ContentType = isUpgrade ? "text/html" : "application/json";
        if (isUpgrade)
            response.Headers.Connection = "close";
        var body = isUpgrade ? Message : $$"""{"code":{{Code}},"message":{{JsonSerializer.Serialize(Message)}}}""";
        response.ContentLength = Encoding.UTF8.GetByteCount(body);
        return response.WriteAsync(body, response.HttpContext.RequestAborted);
    }
}
