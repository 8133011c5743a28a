using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat;

namespace ChatServer.Dialects.Rest;

/// <summary>Turns what the core answered into an HTTP response; a refusal is in the words of its endpoint's <see cref="IRestErrors"/>.</summary>
internal static class RestReply
{
    public static IResult Of<T, TOut>(Result<T> result, Func<T, TOut> map, JsonTypeInfo<TOut> type, int status = StatusCodes.Status200OK) =>
        result.TryGet(out var value, out var error) ? Ok(map(value), type, status) : Refuse(error);

    public static IResult Ok<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, type, statusCode: status);

    /// <summary>ASP.NET writes no body at all for a null; clients that call <c>json()</c> need the word.</summary>
    public static IResult OkOrNull<T>(T? value, JsonTypeInfo<T> type)
        where T : class =>
        value is null ? TypedResults.Text("null", "application/json") : Ok(value, type);

    public static IResult Refuse(ChatError error) => new Refusal((errors, http) => errors.WriteAsync(http, error));

    public static IResult Refuse(RestFault fault) => new Refusal((errors, http) => errors.WriteAsync(http, fault));

    private sealed class Refusal(Func<IRestErrors, HttpContext, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            write(httpContext.GetEndpoint()!.Metadata.GetRequiredMetadata<RestEndpoint>().Errors, httpContext);
    }
}
