using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Dialects.SocketIo;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.Consult;

/// <summary>
/// How this dialect tells of failures: one table for sockets and REST. Socket codes are those of reliability P2, but for
/// <c>RATE_LIMITED</c>, which contracts C6 fixes; REST bodies have the shape of NestJS.
/// </summary>
internal sealed class ConsultErrors : ISocketErrors
{
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

    /// <summary>Seconds after which to come back, in whole ones; null where waiting does not help.</summary>
    public static int? RetryAfter(ChatError error) => error switch
    {
        { RetryAfter: { } after } => Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)),
        { Code: ErrorCode.Busy or ErrorCode.DbUnavailable or ErrorCode.RateLimited } => 1,
        _ => null,
    };

    public static FailureOut ToFailure(ChatError error) =>
        new(Table[error.Code].Code, MessageOf(error), error.Winner?.Value, RetryAfter(error));

    public static ErrorOut ToError(ChatError error, string? eventName, string? tempId) =>
        new(MessageOf(error), Table[error.Code].Code, eventName, tempId, error.Winner?.Value, RetryAfter(error));

    /// <summary>Writes a REST refusal; the response must not have started.</summary>
    public static Task WriteAsync(HttpContext http, ChatError error)
    {
        if (RetryAfter(error) is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(http, ToNest(error));
    }

    public static Task WriteAsync(HttpContext http, NestErrorOut error)
    {
        http.Response.StatusCode = error.StatusCode;
        return http.Response.WriteAsJsonAsync(error, ConsultJson.Wire.NestErrorOut, cancellationToken: http.RequestAborted);
    }

    public ConnectReply Refuse(ChatError error) => error.Code is ErrorCode.Unauthorized
        ? ConnectReply.Refuse("Unauthorized")
        : ConnectReply.Refuse(MessageOf(error), JsonSerializer.SerializeToUtf8Bytes(
            new ConnectErrorOut(Table[error.Code].Code), ConsultJson.Wire.ConnectErrorOut));

    public void Tell(Socket socket, ChatError error, string? eventName = null, ReadOnlyMemory<byte> argument = default) =>
        socket.TryEmit("error", ToError(error, eventName, CommandArgument.FindString(argument, "temp_id", "client_id")), ConsultJson.Wire.ErrorOut);

    public void Answer(Reply reply, ChatError error) => reply.Send(new FailedAckOut(false, ToFailure(error)), ConsultJson.Wire.FailedAckOut);

    private static string MessageOf(ChatError error) => error.Code is ErrorCode.AlreadyClaimed ? AlreadyClaimed : error.Message;
}
