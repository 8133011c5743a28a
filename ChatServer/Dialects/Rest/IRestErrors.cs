using ChatServer.Chat;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatServer.Dialects.Rest;

/// <summary>How a dialect words failures over REST.</summary>
internal interface IRestErrors
{
    /// <summary>Writes the refusal, its status included; the response has not started.</summary>
    Task WriteAsync(HttpContext http, ChatError error);

    /// <summary>As for a <see cref="ChatError"/>.</summary>
    Task WriteAsync(HttpContext http, RestFault fault);
}

/// <summary>Marks the endpoints that stand behind <see cref="RestDoor"/>, and says in whose words they refuse.</summary>
internal sealed record RestEndpoint(IRestErrors Errors);

/// <summary>What a request may cost; endpoint metadata where it is more than usual.</summary>
/// <param name="MaxBytes">Of the body.</param>
/// <param name="Patience">For all of it, the body's arrival included.</param>
internal sealed record RestLimits(long MaxBytes, TimeSpan Patience)
{
    /// <summary>Whether it is forms that may cost this; other bodies as usual.</summary>
    public bool OnlyForms { get; init; }

    /// <summary>As for messages on sockets: MB means 1,000,000 bytes (contracts, decided).</summary>
    public static readonly RestLimits Usual = new(1_000_000, Deadline.Patience);

    public static RestLimits Of(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<RestLimits>() is { } own && (!own.OnlyForms || http.Request.HasFormContentType) ? own : Usual;
}

/// <summary>What HTTP itself refuses, before the core is asked.</summary>
internal enum RestFaultKind
{
    /// <summary>Nobody serves this path, or not with this method.</summary>
    NoRoute,

    /// <summary>The body has another content type than JSON.</summary>
    NotJson,

    /// <summary>The body is no JSON object, or a field has the wrong type; the message names it.</summary>
    BadBody,

    /// <summary>A number in the path or the query is none.</summary>
    NotNumeric,

    /// <summary>The body is longer than it may be.</summary>
    TooLarge,

    /// <summary>Whatever else the server refused to read on.</summary>
    Unreadable,
}

/// <param name="Status">HTTP's own.</param>
/// <param name="Message">Plain English; a dialect may word it differently.</param>
internal sealed record RestFault(RestFaultKind Kind, int Status, string Message)
{
    public static readonly RestFault NoRoute = new(RestFaultKind.NoRoute, StatusCodes.Status404NotFound, "Not Found");
    public static readonly RestFault NotJson = new(RestFaultKind.NotJson, StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/json");
    public static readonly RestFault NotNumeric = new(RestFaultKind.NotNumeric, StatusCodes.Status400BadRequest, "A number is expected");

    public static RestFault BadBody(string message) => new(RestFaultKind.BadBody, StatusCodes.Status400BadRequest, message);

    /// <summary>A request that the server refused to read on: the status and its own name, nothing of the exception.</summary>
    public static RestFault Of(int status) => new(
        status is StatusCodes.Status413PayloadTooLarge ? RestFaultKind.TooLarge : RestFaultKind.Unreadable, status, ReasonPhrases.GetReasonPhrase(status));
}
