using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;

namespace ChatServer.Dialects.Rest;

/// <summary>Reads a request's parts so that each mistake gets its own answer; the rest of an endpoint runs only when they are good.</summary>
internal static class RestBody
{
    /// <summary>Kestrel then refuses a longer body, announced or not, when it is read; null bounds nothing.</summary>
    public static void LimitSize(HttpContext http, long? maxBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = maxBytes;
    }

    public static async Task<IResult> WithBodyAsync<T>(HttpContext http, JsonTypeInfo<T> type, Func<T, Task<IResult>> then)
        where T : class
    {
        if (!http.Request.HasJsonContentType())
            return RestReply.Refuse(RestFault.NotJson);
        try
        {
            if (await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted) is { } body)
                return await then(body);
            return RestReply.Refuse(RestFault.BadBody("The body must be an object"));
        }
        catch (JsonException e) when (e.Path is { Length: > 2 })
        {
            return RestReply.Refuse(RestFault.BadBody(JsonFault.Describe(e)));
        }
        catch (JsonException)
        {
            return RestReply.Refuse(RestFault.BadBody("The body is not a JSON object"));
        }
    }

    /// <summary>As <see cref="WithBodyAsync"/>, where a request may say nothing at all, which is null.</summary>
    public static Task<IResult> WithOptionalBodyAsync<T>(HttpContext http, JsonTypeInfo<T> type, Func<T?, Task<IResult>> then)
        where T : class =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? then(null) : WithBodyAsync<T>(http, type, then);

    /// <summary>An id in the path: a whole number within a bigint, without spaces.</summary>
    public static Task<IResult> WithIdAsync(string text, Func<long, Task<IResult>> then) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? then(id) : Task.FromResult(RestReply.Refuse(RestFault.NotNumeric));

    /// <summary>The paging of a query: absent means the first page of the usual length; out of range is drawn into it.</summary>
    public static Task<IResult> WithPageAsync(string? page, string? limit, Func<Chat.Page, Task<IResult>> then) =>
        int.TryParse(page ?? "1", out var number) && int.TryParse(limit ?? $"{Chat.Page.DefaultLimit}", out var size)
            ? then(new Chat.Page(number, size))
            : Task.FromResult(RestReply.Refuse(RestFault.NotNumeric));
}
