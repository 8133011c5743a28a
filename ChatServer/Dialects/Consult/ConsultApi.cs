using ChatServer.Dialects.Rest;
using ChatServer.Identity;

namespace ChatServer.Dialects.Consult;

/// <summary>The consult dialect's REST, under the prefix of the document's code and that of its headings (contracts C2).</summary>
internal static class ConsultApi
{
    /// <summary>The endpoints of the second prefix are the same and left out of it.</summary>
    public static readonly RestDocument Document = new(
        "consult", "Consult chat", "Rooms and sessions. Every path is served under /chat as well. Live messages: Socket.IO, namespace /chat.", ["id", "page", "limit"]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapUnder(routes, "/api/chat").WithGroupName(Document.Name);
        MapUnder(routes, "/chat").ExcludeFromDescription();
    }

    private static RouteGroupBuilder MapUnder(IEndpointRouteBuilder routes, string prefix)
    {
        var group = routes.MapRest(prefix, ConsultErrors.Instance);
        var api = group.MapGroup("").RequireBearer(ConsultDialect.ClaimMap.Scope);
        api.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(NestErrorOut), ["application/json"]));
        ConsultRoomsApi.Map(api.MapGroup("").WithTags("Rooms"));
        ConsultSessionsApi.Map(api.MapGroup("").WithTags("Sessions"));
        return group;
    }
}
