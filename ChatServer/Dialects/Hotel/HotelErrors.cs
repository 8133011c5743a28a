using System.Collections.Frozen;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Dialects.Rest;

namespace ChatServer.Dialects.Hotel;

/// <summary>How this dialect tells of failures: one table for sockets and REST. Exceptions' own words are never told (contracts S3-17).</summary>
internal sealed class HotelErrors : IRestErrors
{
    public static readonly HotelErrors Instance = new();

    public static readonly ChatError EmptyContent = ChatError.Invalid("Message content cannot be empty");
    public static readonly ChatError NoConversationId = ChatError.Invalid("Conversation ID is required");
    public static readonly ChatError WrongType = ChatError.Invalid("Invalid message type");
    public static readonly ChatError NotJson = ChatError.Invalid("Invalid JSON format");
    public static readonly ChatError NotStaff = ChatError.Forbidden("You do not have permission to perform this action.");
    public static readonly ChatError TooFast = new(ErrorCode.RateLimited, "Too many frames, slow down");

    private static readonly FrozenDictionary<ErrorCode, (string Code, int Status)> Table = new Dictionary<ErrorCode, (string Code, int Status)>
    {
        [ErrorCode.Invalid] = ("invalid", 400),
        [ErrorCode.Unauthorized] = ("unauthorized", 401),
        [ErrorCode.Forbidden] = ("forbidden", 403),
        [ErrorCode.NotFound] = ("not_found", 404),
        [ErrorCode.Conflict] = ("conflict", 409),
        [ErrorCode.AlreadyClaimed] = ("already_claimed", 409),
        [ErrorCode.Closed] = ("closed", 409),
        [ErrorCode.RateLimited] = ("RATE_LIMITED", 429),
        [ErrorCode.Busy] = ("busy", 503),
        [ErrorCode.DbUnavailable] = ("db_unavailable", 503),
        [ErrorCode.Internal] = ("internal", 500),
    }.ToFrozenDictionary();

    public static byte[] ToFrame(ChatError error, long? conversation = null, string? tempId = null) => JsonSerializer.SerializeToUtf8Bytes(
        new ErrorFrameOut("error", MessageOf(error), Table[error.Code].Code, conversation, tempId), HotelJson.Wire.ErrorFrameOut);

    public Task WriteAsync(HttpContext http, ChatError error)
    {
        http.Response.TellRetry(error);
        var message = MessageOf(error);
        return WriteAsync(http, Table[error.Code].Status, error.Code switch
        {
            ErrorCode.Unauthorized => new ErrorOut(message, null),
            ErrorCode.Forbidden or ErrorCode.NotFound => new ErrorOut(message, message),
            _ => new ErrorOut(null, message),
        });
    }

    public Task WriteAsync(HttpContext http, RestFault fault) => WriteAsync(http, fault.Status, fault.Kind switch
    {
        RestFaultKind.BadBody => new ErrorOut(null, "Invalid data", fault.Message),
        RestFaultKind.NoRoute => new ErrorOut("Not found.", null),
        _ => new ErrorOut(fault.Message, fault.Message),
    });

    private static Task WriteAsync(HttpContext http, int status, ErrorOut error)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(error, HotelJson.Wire.ErrorOut, cancellationToken: http.RequestAborted);
    }

    /// <summary>The core's words for what this dialect calls otherwise.</summary>
    private static string MessageOf(ChatError error) => error switch
    {
        { Code: ErrorCode.NotFound, Message: "Room not found" } => "Conversation not found",
        { Code: ErrorCode.Closed } => "This conversation is closed",
        { Code: ErrorCode.Unauthorized, Message: "Unauthorized" } => "Authentication credentials were not provided or are invalid.",
        _ => error.Message,
    };
}
