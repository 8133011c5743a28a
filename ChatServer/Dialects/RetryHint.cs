using System.Globalization;
using ChatServer.Chat;

namespace ChatServer.Dialects;

/// <summary>When a client may try again.</summary>
internal static class RetryHint
{
    /// <summary>Seconds after which to come back, in whole ones; null where waiting does not help.</summary>
    public static int? RetrySeconds(this ChatError error) => error switch
    {
        { RetryAfter: { } after } => Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)),
        { Code: ErrorCode.Busy or ErrorCode.DbUnavailable or ErrorCode.RateLimited } => 1,
        _ => null,
    };

    /// <summary>Sets <c>Retry-After</c> where waiting helps.</summary>
    public static void TellRetry(this HttpResponse response, ChatError error)
    {
        if (error.RetrySeconds() is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }
}
