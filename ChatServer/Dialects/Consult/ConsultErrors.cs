using System.Collections.Frozen;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.SocketIo;
using ChatServer.SocketIo;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatServer.Dialects.Consult;

/// <summary>
/// How this dialect tells of failures: one table for sockets and REST. Socket codes are those of reliability P2, but for
/// <c>RATE_LIMITED</c>, which contracts C6 fixes; REST bodies have the shape of NestJS.
/// </summary>
internal sealed class ConsultErrors : ISocketErrors, IRestErrors
{
    public static readonly ConsultErrors Instance = new();

    /// <summary>Contracts S1-1: the documented words for the loser of a claim.</summary>
    public const string AlreadyClaimed = "Phiên tư vấn đã được nhân viên khác nhận";

    /// <summary>The core's code → the socket's code, the HTTP status, and Nest's name of that status, where Nest shows one.</summary>
    public static readonly FrozenDictionary<ErrorCode, (string Code, int Status, string? Reason)> Table =
        new Dictionary<ErrorCode, (string Code, int Status, string? Reason)>
        {
            [ErrorCode.Invalid] = ("invalid", 400, "Bad Request"),
            [ErrorCode.Unauthorized] = ("unauthorized", 401, null),
            [ErrorCode.Forbidden] = ("forbidden", 403, "Forbidden"),
            [ErrorCode.NotFound] = ("not_found", 404, "Not Found"),
            [ErrorCode.Conflict] = ("conflict", 409, "Conflict"),
            [ErrorCode.AlreadyClaimed] = ("already_claimed", 409, "Conflict"),
            [ErrorCode.Closed] = ("closed", 409, "Conflict"),
            [ErrorCode.RateLimited] = ("RATE_LIMITED", 429, "Too Many Requests"),
            [ErrorCode.Busy] = ("busy", 503, "Service Unavailable"),
            [ErrorCode.DbUnavailable] = ("db_unavailable", 503, "Service Unavailable"),
            [ErrorCode.Internal] = ("internal", 500, null),
        }.ToFrozenDictionary();

    public static NestErrorOut ToNest(ChatError error)
    {
        var (_, status, reason) = Table[error.Code];
        return new NestErrorOut(status, MessageOf(error), reason);
    }

    public static FailureOut ToFailure(ChatError error) =>
        new(Table[error.Code].Code, MessageOf(error), error.Winner?.Value, error.RetrySeconds());

    public static ErrorOut ToError(ChatError error, string? eventName, string? tempId) =>
        new(MessageOf(error), Table[error.Code].Code, eventName, tempId, error.Winner?.Value, error.RetrySeconds());

    public Task WriteAsync(HttpContext http, ChatError error)
    {
        http.Response.TellRetry(error);
        return WriteAsync(http, ToNest(error));
    }

    public Task WriteAsync(HttpContext http, RestFault fault) => WriteAsync(http, ToNest(http.Request, fault));

    public ConnectReply Refuse(ChatError error) => error.Code is ErrorCode.Unauthorized
        ? ConnectReply.Refuse("Unauthorized")
        : ConnectReply.Refuse(MessageOf(error), JsonSerializer.SerializeToUtf8Bytes(
            new ConnectErrorOut(Table[error.Code].Code), ConsultJson.Wire.ConnectErrorOut));

    public void Tell(Socket socket, ChatError error, string? eventName = null, ReadOnlyMemory<byte> argument = default) =>
        socket.TryEmit("error", ToError(error, eventName, CommandArgument.FindString(argument, "temp_id", "client_id")), ConsultJson.Wire.ErrorOut);

    public void Answer(Reply reply, ChatError error) => reply.Send(new FailedAckOut(false, ToFailure(error)), ConsultJson.Wire.FailedAckOut);

    /// <summary>Nest answers an unknown route and a known one with another method alike.</summary>
    private static NestErrorOut ToNest(HttpRequest request, RestFault fault) => new(fault.Status, fault.Kind switch
    {
        RestFaultKind.NoRoute => $"Cannot {request.Method} {request.Path}",
        RestFaultKind.NotNumeric => "Validation failed (numeric string is expected)",
        RestFaultKind.TooLarge => "request entity too large",
        _ => fault.Message,
    }, ReasonPhrases.GetReasonPhrase(fault.Status));

    private static Task WriteAsync(HttpContext http, NestErrorOut error)
    {
        http.Response.StatusCode = error.StatusCode;
        return http.Response.WriteAsJsonAsync(error, ConsultJson.Wire.NestErrorOut, cancellationToken: http.RequestAborted);
    }

    private static string MessageOf(ChatError error) => error.Code is ErrorCode.AlreadyClaimed ? AlreadyClaimed : error.Message;
}
