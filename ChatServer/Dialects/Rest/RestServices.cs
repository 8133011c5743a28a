using ChatServer.Chat;
using ChatServer.Identity;

namespace ChatServer.Dialects.Rest;

/// <summary>What dialects put their REST together with.</summary>
internal static class RestServices
{
    /// <summary>Bearer tokens of a dialect, refused in its own words.</summary>
    public static IServiceCollection AddRestBearer(this IServiceCollection services, ClaimMap claims, IRestErrors errors, ChatError forbidden) =>
        services.AddBearer(claims, bearer =>
        {
            bearer.WriteUnauthorized = http => errors.WriteAsync(http, ChatError.Unauthorized);
            bearer.WriteForbidden = http => errors.WriteAsync(http, forbidden);
        });

    /// <summary>A group of endpoints behind the door, which answers every other path and method under it as well.</summary>
    public static RouteGroupBuilder MapRest(this IEndpointRouteBuilder routes, string prefix, IRestErrors errors)
    {
        var group = routes.MapGroup(prefix).WithMetadata(new RestEndpoint(errors));
        // The lowest of all patterns: whatever no other endpoint takes, by path or by method.
        group.Map("/{**rest}", () => RestReply.Refuse(RestFault.NoRoute)).ExcludeFromDescription();
        return group;
    }
}
