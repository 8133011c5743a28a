using System.Net;
using System.Text.Json;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>
/// Reads what FCM answers (its reference, ErrorCode). A device is given up only where FCM itself says so: 404 alone is also the answer to a
/// wrong address or project, and would cost every device.
/// </summary>
internal static class FcmAnswer
{
    private const string Unregistered = "UNREGISTERED";
    private const string InvalidArgument = "INVALID_ARGUMENT";

    /// <summary>The one field of a request that is the device's own doing.</summary>
    private const string TokenField = "message.token";

    /// <summary>A service that wants to be left alone for longer is asked again after this; no telephone needs news from yesterday.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public static async Task<PushAnswer> ReadAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
            return new PushAnswer(PushVerdict.Sent, "");
        var error = Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        var details = error?.Details?.OfType<FcmErrorDetailIn>().ToArray() ?? [];
        var code = details.Select(detail => detail.ErrorCode).FirstOrDefault(code => code is not null);
        var reason = $"{(int)response.StatusCode} {code ?? error?.Status}".TrimEnd();
        if (code is Unregistered || IsTokenInvalid(code, details))
            return new PushAnswer(PushVerdict.Unregistered, reason);
        return response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
            ? new PushAnswer(PushVerdict.Retry, reason, RetryAfter(response, now))
            : new PushAnswer(PushVerdict.Refused, reason);
    }

    /// <summary>FCM's own INVALID_ARGUMENT that blames no field of the request means the token; what it blames it names.</summary>
    private static bool IsTokenInvalid(string? code, FcmErrorDetailIn[] details)
    {
        var fields = details.SelectMany(detail => detail.FieldViolations ?? []).Select(violation => violation?.Field).ToArray();
        return fields.Length == 0 ? code is InvalidArgument : fields.All(field => field is TokenField);
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta < LongestWait ? delta : LongestWait,
        { Date: { } date } => date - now < LongestWait ? date - now : LongestWait,
        _ => null,
    };

    /// <summary>Null for what is not the JSON of an error, such as a proxy's page; the status says enough.</summary>
    private static FcmErrorBodyIn? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PushJson.Default.FcmErrorIn)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
