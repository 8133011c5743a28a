using Microsoft.AspNetCore.WebUtilities;

namespace ChatServer.Dialects.Consult;

/// <summary>Refusals that HTTP itself makes, before the core is asked.</summary>
internal static class NestStatus
{
    public static readonly NestErrorOut NotNumeric = new(400, "Validation failed (numeric string is expected)", "Bad Request");

    public static readonly NestErrorOut NotJson = new(415, "Content-Type must be application/json", "Unsupported Media Type");

    /// <summary>Nest answers an unknown route and a known one with another method alike.</summary>
    public static NestErrorOut NoRoute(HttpRequest request) => new(404, $"Cannot {request.Method} {request.Path}", "Not Found");

    public static NestErrorOut BadBody(string message) => new(400, message, "Bad Request");

    /// <summary>A request that the server refused to read on: the status and its own name, nothing of the exception.</summary>
    public static NestErrorOut Of(int status) => status is StatusCodes.Status413PayloadTooLarge
        ? new NestErrorOut(status, "request entity too large", "Payload Too Large")
        : new NestErrorOut(status, ReasonPhrases.GetReasonPhrase(status), ReasonPhrases.GetReasonPhrase(status));
}
