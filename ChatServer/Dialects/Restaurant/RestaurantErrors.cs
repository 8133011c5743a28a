using System.Collections.Frozen;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Messages;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.SocketIo;
using ChatServer.Identity;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.Restaurant;

/// <summary>
/// How this dialect tells of failures. Texts are those of the original where it had one (contracts S0-7, S0-14), in its language where it had
/// none; codes are those of reliability P2, but for <c>RATE_LIMITED</c>, which contracts C6 fixes. REST bodies have the shapes of Django REST framework.
/// </summary>
internal sealed class RestaurantErrors : ISocketErrors, IRestErrors
{
    public static readonly RestaurantErrors Instance = new();

    /// <summary>Who may not write there is told so, whether or not there is such a conversation.</summary>
    public static readonly ChatError MayNotWrite = ChatError.Forbidden("The caller may not write in this conversation");

    /// <summary>The core's code → the socket's code, the HTTP status, the socket's text (null: the error's own), and what REST says.</summary>
    public static readonly FrozenDictionary<ErrorCode, (string Code, int Status, string? Text, Func<ChatError, string, RestErrorOut> Body)> Table =
        new Dictionary<ErrorCode, (string Code, int Status, string? Text, Func<ChatError, string, RestErrorOut> Body)>
        {
            [ErrorCode.Invalid] = ("invalid", 400, null, (_, text) => new(Error: text)),
            [ErrorCode.Unauthorized] = ("unauthorized", 401, null, (_, _) => new("Given token not valid for any token type", Code: "token_not_valid")),
            [ErrorCode.Forbidden] = ("forbidden", 403, "Bạn không có quyền thực hiện thao tác này", (_, text) => new(Error: text)),
            [ErrorCode.NotFound] = ("not_found", 404, "Không tìm thấy", (_, _) => new("Not found.")),
            [ErrorCode.Conflict] = ("conflict", 409, "temp_id đã được dùng cho một tin nhắn khác", (_, text) => new(Error: text, Code: "conflict")),
            [ErrorCode.AlreadyClaimed] = ("already_claimed", 409, "Đã có nhân viên khác nhận", (_, text) => new(Error: text, Code: "already_claimed")),
            [ErrorCode.Closed] = ("closed", 409, "Cuộc trò chuyện đã đóng", (_, text) => new(Error: text, Code: "closed")),
            [ErrorCode.RateLimited] = ("RATE_LIMITED", 429, "Bạn gửi tin quá nhanh, vui lòng thử lại sau",
                (error, _) => new($"Request was throttled. Expected available in {error.RetrySeconds()} seconds.", Code: "RATE_LIMITED")),
            [ErrorCode.Busy] = ("busy", 503, "Hệ thống đang bận, vui lòng thử lại", (_, text) => new(text, Code: "busy")),
            [ErrorCode.DbUnavailable] = ("db_unavailable", 503, "Hệ thống tạm thời gián đoạn, vui lòng thử lại", (_, text) => new(text, Code: "db_unavailable")),
            [ErrorCode.Internal] = ("internal", 500, "Lỗi máy chủ", (_, _) => new("A server error occurred.")),
        }.ToFrozenDictionary();

    /// <summary>Errors of the core that have a text of their own: on sockets, and over REST.</summary>
    private static readonly FrozenDictionary<ChatError, (string OnSocket, string OnRest)> Texts = new Dictionary<ChatError, (string OnSocket, string OnRest)>
    {
        [MessageContent.Missing] = ("Nội dung tin nhắn trống", "Nội dung tin nhắn không được để trống"),
        [MessageContent.Blank] = ("Nội dung tin nhắn trống", "Nội dung tin nhắn không được để trống"),
        [MessageContent.TooLong] = Both($"Nội dung tin nhắn không được dài quá {MessageContent.MaxLength} ký tự"),
        [MessageContent.NotUnicode] = Both("Nội dung tin nhắn không hợp lệ"),
        [ChannelService.MissingCustomer] = Both("Thiếu customer_id"),
        [ChannelService.NoSuchUser] = Both("Người dùng không tồn tại"),
        [ChannelService.NotACustomer] = Both("Loại người dùng không hợp lệ"),
        [ChannelService.CustomersOnly] = Both("Chỉ khách hàng mới có thể gọi endpoint này"),
        [ChannelService.StaffOnly] = Both("Chỉ nhân viên mới có thể thực hiện thao tác này"),
        [MayNotWrite] = Both("Bạn không có quyền gửi tin trong conversation này"),
    }.ToFrozenDictionary();

    /// <summary>What came of writing: a customer is not told whether a foreign conversation exists.</summary>
    public static Result<Message> OfWriting(Result<Message> sent, Caller caller) => sent.Error?.Code is ErrorCode.NotFound && !caller.User.Serves ? MayNotWrite : sent;

    public static RestErrorOut ToRest(ChatError error) =>
        Table[error.Code].Body(error, Texts.TryGetValue(error, out var own) ? own.OnRest : Table[error.Code].Text ?? error.Message);

    public static ErrorOut ToError(ChatError error, string? eventName, string? tempId) =>
        new(TextOf(error), Table[error.Code].Code, eventName, tempId, error.RetrySeconds());

    public static FailureOut ToFailure(ChatError error) => new(Table[error.Code].Code, TextOf(error), error.RetrySeconds());

    public ConnectReply Refuse(ChatError error) => ConnectReply.Refuse(
        TextOf(error), JsonSerializer.SerializeToUtf8Bytes(new ConnectErrorOut(Table[error.Code].Code), RestaurantJson.Wire.ConnectErrorOut));

    public void Tell(Socket socket, ChatError error, string? eventName = null, ReadOnlyMemory<byte> argument = default) =>
        socket.TryEmit("error", ToError(error, eventName, CommandArgument.FindString(argument, "temp_id", "client_id")), RestaurantJson.Wire.ErrorOut);

    public void Answer(Reply reply, ChatError error) => reply.Send(new FailedAckOut(false, ToFailure(error)), RestaurantJson.Wire.FailedAckOut);

    public Task WriteAsync(HttpContext http, ChatError error)
    {
        http.Response.TellRetry(error);
        var isAnonymous = error.Code is ErrorCode.Unauthorized && BearerToken.From(http.Request.Headers.Authorization) is null;
        return WriteAsync(http, Table[error.Code].Status, isAnonymous ? new RestErrorOut("Authentication credentials were not provided.") : ToRest(error));
    }

    /// <summary>A path whose number is none is no path to Django.</summary>
    public Task WriteAsync(HttpContext http, RestFault fault) => fault.Kind switch
    {
        RestFaultKind.NoRoute or RestFaultKind.NotNumeric => WriteAsync(http, StatusCodes.Status404NotFound, new RestErrorOut("Not found.")),
        RestFaultKind.NotJson => WriteAsync(http, fault.Status, new RestErrorOut($"Unsupported media type \"{http.Request.ContentType}\" in request.")),
        RestFaultKind.BadBody => WriteAsync(http, fault.Status, new RestErrorOut(Error: "Dữ liệu không hợp lệ", Details: fault.Message)),
        _ => WriteAsync(http, fault.Status, new RestErrorOut(fault.Message)),
    };

    private static Task WriteAsync(HttpContext http, int status, RestErrorOut error)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(error, RestaurantJson.Wire.RestErrorOut, cancellationToken: http.RequestAborted);
    }

    private static string TextOf(ChatError error) => Texts.TryGetValue(error, out var own) ? own.OnSocket : Table[error.Code].Text ?? error.Message;

    private static (string OnSocket, string OnRest) Both(string text) => (text, text);
}
