using System.Collections.Frozen;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Dialects.Rest;
using Microsoft.Net.Http.Headers;

namespace ChatServer.Dialects.Midimo;

/// <summary>How midimo's web tells of failures: one table for frames and REST. Codes are those of reliability P2.</summary>
internal sealed class MidimoWebErrors : IRestErrors
{
    public static readonly MidimoWebErrors Instance = new();

    public static readonly ChatError NotJson = ChatError.Invalid("A frame is a JSON object with type and data");
    public static readonly ChatError UnknownType = ChatError.Invalid("There is no frame of this type");
    public static readonly ChatError NoData = ChatError.Invalid("data is required");
    public static readonly ChatError UsersOnly = ChatError.Forbidden("The WebSocket is for users; services call over gRPC or REST");
    public static readonly ChatError TooFast = new(ErrorCode.RateLimited, "Too many frames, slow down");
    public static readonly ChatError TokenExpired = new(ErrorCode.Unauthorized, "Token expired");

    private static readonly FrozenDictionary<ErrorCode, (string Code, int Status)> Table = new Dictionary<ErrorCode, (string Code, int Status)>
    {
        [ErrorCode.Invalid] = ("invalid", StatusCodes.Status400BadRequest),
        [ErrorCode.Unauthorized] = ("unauthorized", StatusCodes.Status401Unauthorized),
        [ErrorCode.Forbidden] = ("forbidden", StatusCodes.Status403Forbidden),
        [ErrorCode.NotFound] = ("not_found", StatusCodes.Status404NotFound),
        [ErrorCode.Conflict] = ("conflict", StatusCodes.Status409Conflict),
        [ErrorCode.AlreadyClaimed] = ("already_claimed", StatusCodes.Status409Conflict),
        [ErrorCode.Closed] = ("closed", StatusCodes.Status409Conflict),
        [ErrorCode.RateLimited] = ("RATE_LIMITED", StatusCodes.Status429TooManyRequests),
        [ErrorCode.Busy] = ("busy", StatusCodes.Status503ServiceUnavailable),
        [ErrorCode.DbUnavailable] = ("db_unavailable", StatusCodes.Status503ServiceUnavailable),
        [ErrorCode.Internal] = ("internal", StatusCodes.Status500InternalServerError),
    }.ToFrozenDictionary();

    /// <param name="clientId">The client's own name for what was refused, if it gave one.</param>
    public static byte[] ToFrame(ChatError error, string? clientId = null) => JsonSerializer.SerializeToUtf8Bytes(
        new FrameOut<ErrorOut>("error", new ErrorOut(Table[error.Code].Code, error.Message, clientId, error.RetrySeconds())), MidimoJson.Shown.ErrorFrame);

    public Task WriteAsync(HttpContext http, ChatError error)
    {
        http.Response.TellRetry(error);
        if (error.Code is ErrorCode.Unauthorized)
            http.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return WriteAsync(http, Table[error.Code].Status, new ErrorOut(Table[error.Code].Code, error.Message, null, error.RetrySeconds()));
    }

    public Task WriteAsync(HttpContext http, RestFault fault) => WriteAsync(http, fault.Status, new ErrorOut(
        fault.Kind switch
        {
            RestFaultKind.NoRoute => "not_found",
            RestFaultKind.TooLarge => "too_large",
            _ => "invalid",
        },
        fault.Message, null, null));

    private static Task WriteAsync(HttpContext http, int status, ErrorOut error)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new RefusalOut(error), MidimoJson.Shown.RefusalOut, cancellationToken: http.RequestAborted);
    }
}
