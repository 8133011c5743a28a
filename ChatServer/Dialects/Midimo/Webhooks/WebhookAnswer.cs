using System.Net;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>What became of one delivery.</summary>
internal enum WebhookVerdict
{
    /// <summary>The receiver has taken it.</summary>
    Delivered,

    /// <summary>It may go better later.</summary>
    Failed,

    /// <summary>The receiver wants nothing more of it, ever.</summary>
    Gone,
}

/// <param name="Reason">For the log and the dead letter: a status or a fault, nothing secret and nothing that was sent.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone.</param>
internal readonly record struct WebhookAnswer(WebhookVerdict Verdict, string Reason, TimeSpan? RetryAfter = null)
{
    /// <summary>By the status alone; what else the receiver says is not read. A redirect is an answer like another and is not followed.</summary>
    public static WebhookAnswer From(HttpResponseMessage response, DateTimeOffset now) => response.StatusCode switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new WebhookAnswer(WebhookVerdict.Delivered, ""),
        HttpStatusCode.Gone => new WebhookAnswer(WebhookVerdict.Gone, "answered 410"),
        var status => new WebhookAnswer(WebhookVerdict.Failed, $"answered {(int)status}", RetryHint(response, now)),
    };

    private static TimeSpan? RetryHint(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - now,
        _ => null,
    };
}
