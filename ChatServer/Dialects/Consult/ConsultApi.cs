using ChatServer.Identity;

namespace ChatServer.Dialects.Consult;

/// <summary>The consult dialect's REST, under the prefix of the document's code and that of its headings (contracts C2).</summary>
internal static class ConsultApi
{
    /// <summary>Name of the OpenAPI document; the endpoints of the second prefix are the same and left out of it.</summary>
    public const string Document = "consult";

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapUnder(routes.MapGroup("/api/chat")).WithGroupName(Document);
        MapUnder(routes.MapGroup("/chat")).ExcludeFromDescription();
    }

    private static RouteGroupBuilder MapUnder(RouteGroupBuilder group)
    {
        group.WithMetadata(ConsultEndpoint.Marker);
        var api = group.MapGroup("").RequireBearer(ConsultDialect.ClaimMap.Scope);
        api.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(NestErrorOut), ["application/json"]));
        ConsultRoomsApi.Map(api.MapGroup("").WithTags("Rooms"));
        ConsultSessionsApi.Map(api.MapGroup("").WithTags("Sessions"));
        // The lowest of all patterns: whatever no other endpoint takes, by path or by method.
        group.Map("/{**rest}", (HttpContext http) => ConsultReply.Refuse(NestStatus.NoRoute(http.Request))).ExcludeFromDescription();
        return group;
    }
}
