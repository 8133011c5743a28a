using ChatServer.Chat.Attachments;
using ChatServer.Dialects.Rest;
using ChatServer.Identity;

namespace ChatServer.Dialects.Hotel;

/// <summary>The hotel dialect's REST. Every path is taken with and without its last slash (contracts C2).</summary>
internal static class HotelApi
{
    public static readonly RestDocument Document = new(
        "hotel", "Hotel chat",
        "Conversations between guests and the departments of their hotel. Live frames: WebSocket, /ws/chat/DEPARTMENT/ and /ws/guest/NUMBER/. The webhook needs no token.",
        ["id", "page", "page_size"]);

    public static void Map(IEndpointRouteBuilder routes, UploadOptions uploads)
    {
        var group = routes.MapRest("/api/chat", HotelErrors.Instance).WithGroupName(Document.Name);
        GuestWebhook.Map(group.MapGroup("").WithTags("Guests"));
        var staff = group.MapGroup("").RequireBearer(HotelDialect.ClaimMap.Scope);
        staff.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(ErrorOut), ["application/json"]));
        staff.AddEndpointFilter(async (context, next) => context.HttpContext.GetCaller().User.Serves ? await next(context) : RestReply.Refuse(HotelErrors.NotStaff));
        HotelConversationsApi.Map(staff.MapGroup("").WithTags("Conversations"));
        HotelMessagesApi.Map(staff.MapGroup("").WithTags("Messages"), uploads);
    }
}
