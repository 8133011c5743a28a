using ChatServer.Chat.Channels;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.SocketIo;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.Restaurant;

/// <summary>What the composition root calls for this dialect.</summary>
public static class RestaurantSetup
{
    /// <summary>
    /// The dialect's parts. Needs <see cref="RestaurantOptions"/>, the core's services, <c>AddFanout</c> and <c>AddIdentity</c>.
    /// </summary>
    public static IServiceCollection AddRestaurant(this IServiceCollection services) => services
        .AddSingleton<RestaurantLogin>()
        .AddSingleton<UnheardSends>()
        .AddSingleton<RestaurantDialect>()
        .AddRestBearer(RestaurantDialect.ClaimMap, RestaurantErrors.Instance, ChannelService.StaffOnly)
        .AddRestDocument(RestaurantApi.Document);

    /// <summary>
    /// Namespace <c>/</c>, REST under <c>/api/chat</c> and <c>/api</c>, its description at <c>/openapi/restaurant.json</c> and the page
    /// that shows it at <c>/docs</c>.
    /// </summary>
    public static ServedDialect ServeRestaurant(this IServiceProvider services, string name) => new(
        name,
        new Dictionary<string, INamespaceHandler>
        {
            [RestaurantDialect.Namespace] = ActivatorUtilities.CreateInstance<DialectNamespace>(services, services.GetRequiredService<RestaurantDialect>()),
        },
        branch => branch.UseRestDocument(RestaurantApi.Document),
        routes =>
        {
            services.GetRequiredService<RestaurantLogin>().Warn();
            RestaurantApi.Map(routes);
            routes.MapRestDocument(RestaurantApi.Document);
        })
    {
        Prefixes = ["/api/chat", "/api"],
    };
}
