using Microsoft.AspNetCore.Http.Features;

namespace ChatServer.Listeners;

/// <summary>
/// Tells of requests that the web server refuses by itself, because they are no HTTP or meet a limit: nothing behind a listener hears of those,
/// and the web server only counts them. Its reasons name limits and syntax, and quote nothing that a client has sent but its syntax.
/// </summary>
internal sealed class BadRequests(ILogger<BadRequests> log) : IObserver<KeyValuePair<string, object?>>
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    public static bool IsWanted(string name, object? first, object? second) => name is Event;

    public void OnNext(KeyValuePair<string, object?> told)
    {
        if (told.Value is IFeatureCollection features && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException refused)
            log.Refused(refused.StatusCode, refused.Message);
    }

    public void OnError(Exception error) => throw error;

    public void OnCompleted()
    {
        // The server stops.
    }
}
