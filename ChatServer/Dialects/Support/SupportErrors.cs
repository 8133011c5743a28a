using System.Collections.Frozen;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.SocketIo;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.Support;

/// <summary>
/// How this dialect tells of failures: one table for sockets and REST. Socket codes are those of reliability P2, but for
/// <c>RATE_LIMITED</c>, which contracts C6 fixes; REST codes are the original's, and of its sort where it has none (contracts S4-24).
/// </summary>
internal sealed class SupportErrors : ISocketErrors, IRestErrors
{
    public static readonly SupportErrors Instance = new();

    /// <summary>The original's words at the handshake, which its tests ask for (contracts S4).</summary>
    private const string TokenRequired = "Authentication token required";
    private const string TokenInvalid = "Invalid authentication token";

    /// <summary>The core's code → the socket's code, REST's, and the HTTP status.</summary>
    public static readonly FrozenDictionary<ErrorCode, (string Code, string RestCode, int Status)> Table =
        new Dictionary<ErrorCode, (string Code, string RestCode, int Status)>
        {
            [ErrorCode.Invalid] = ("invalid", "VAL_001", 400),
            [ErrorCode.Unauthorized] = ("unauthorized", "AUTH_002", 401),
            [ErrorCode.Forbidden] = ("forbidden", "PERM_001", 403),
            [ErrorCode.NotFound] = ("not_found", "CHAT_001", 404),
            [ErrorCode.AlreadyClaimed] = ("already_claimed", "CHAT_002", 400),
            [ErrorCode.Closed] = ("closed", "CHAT_003", 409),
            [ErrorCode.Conflict] = ("conflict", "CHAT_004", 409),
            [ErrorCode.RateLimited] = ("RATE_LIMITED", "RATE_001", 429),
            [ErrorCode.Busy] = ("busy", "SYS_002", 503),
            [ErrorCode.DbUnavailable] = ("db_unavailable", "DB_001", 503),
            [ErrorCode.Internal] = ("internal", "SYS_001", 500),
        }.ToFrozenDictionary();

    public static RefusedOut ToRefused(ChatError error)
    {
        var (_, code, status) = Table[error.Code];
        return new RefusedOut(false, MessageOf(error), MessageOf(error), error == ChatError.NoToken ? "AUTH_001" : code, status, error.WinnerUid);
    }

    public static RefusedOut ToRefused(RestFault fault)
    {
        var message = fault.Kind is RestFaultKind.NoRoute ? "Route not found" : fault.Message;
        return new RefusedOut(false, message, message, fault.Kind is RestFaultKind.NoRoute ? "ROUTE_001" : "VAL_001", fault.Status);
    }

    public static FailureOut ToFailure(ChatError error) =>
        new(Table[error.Code].Code, MessageOf(error), error.WinnerUid, error.RetrySeconds());

    public static ErrorOut ToError(ChatError error, string? eventName, string? tempId) =>
        new(MessageOf(error), Table[error.Code].Code, eventName, tempId, error.WinnerUid, error.RetrySeconds());

    /// <summary>A request without a token gets the same challenge as one with a bad token, and other words.</summary>
    public Task WriteAsync(HttpContext http, ChatError error)
    {
        http.Response.TellRetry(error);
        var hasNoToken = error == ChatError.Unauthorized && http.Request.Headers.Authorization.Count == 0;
        return WriteAsync(http, ToRefused(hasNoToken ? ChatError.NoToken : error));
    }

    public Task WriteAsync(HttpContext http, RestFault fault) => WriteAsync(http, ToRefused(fault));

    public ConnectReply Refuse(ChatError error) => ConnectReply.Refuse(MessageOf(error), JsonSerializer.SerializeToUtf8Bytes(
        new ConnectErrorOut(Table[error.Code].Code), SupportJson.Wire.ConnectErrorOut));

    public void Tell(Socket socket, ChatError error, string? eventName = null, ReadOnlyMemory<byte> argument = default) =>
        socket.TryEmit("error", ToError(error, eventName, CommandArgument.FindString(argument, "temp_id")), SupportJson.Wire.ErrorOut);

    public void Answer(Reply reply, ChatError error) => reply.Send(new FailedAckOut(false, ToFailure(error)), SupportJson.Wire.FailedAckOut);

    private static Task WriteAsync(HttpContext http, RefusedOut refused)
    {
        http.Response.StatusCode = refused.StatusCode;
        return http.Response.WriteAsJsonAsync(refused, SupportJson.Wire.RefusedOut, cancellationToken: http.RequestAborted);
    }

    private static string MessageOf(ChatError error) => error.Code switch
    {
        ErrorCode.Unauthorized when error == ChatError.NoToken => TokenRequired,
        ErrorCode.Unauthorized when error == ChatError.Unauthorized => TokenInvalid,
        ErrorCode.Closed => "Chat session is closed",
        _ => error.Message,
    };
}
