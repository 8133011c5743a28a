using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Identity;

namespace ChatServer.Dialects.Support;

/// <summary>The support dialect's REST, under <c>/api/v1/chat</c>.</summary>
internal static class SupportApi
{
    public static readonly RestDocument Document = new(
        "support", "Support chat", "Sessions of customers with support agents. Live messages: Socket.IO, namespace /.", ["limit", "offset"]);

    public static void Map(IEndpointRouteBuilder routes, UploadOptions uploads)
    {
        var group = routes.MapRest("/api/v1/chat", SupportErrors.Instance).WithGroupName(Document.Name);
        var api = group.MapGroup("").RequireBearer(SupportDialect.ClaimMap.Scope);
        api.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(RefusedOut), ["application/json"]));
        SupportSessionsApi.Map(api.MapGroup("").WithTags("Sessions"));
        SupportMessagesApi.Map(api.MapGroup("").WithTags("Messages"), UploadReader.Limits(uploads));
        FileDownload.Map(routes, SupportErrors.Instance);
    }

    /// <summary>The session in the path; the rest of an endpoint runs only when it is an id.</summary>
    public static Task<IResult> WithSessionAsync(string text, Func<Guid, Task<IResult>> then) =>
        SupportWords.ReadId(text, "session id").TryGet(out var id, out var error) ? then(id) : Refused(error);

    public static Task<IResult> Refused(ChatError error) => Task.FromResult(RestReply.Refuse(error));
}
