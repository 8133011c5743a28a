using ChatServer.Chat.Attachments;
using ChatServer.Chat.Stays;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.Rest.Files;

namespace ChatServer.Dialects.Hotel;

/// <summary>What the composition root calls for this dialect.</summary>
public static class HotelSetup
{
    /// <summary>
    /// The dialect's parts. Needs <see cref="HotelOptions"/>, the core's services, <c>AddFanout</c>, <c>AddIdentity</c> and <c>AddRestFiles</c>.
    /// </summary>
    public static IServiceCollection AddHotel(this IServiceCollection services) => services
            .AddSingleton(provider => new StaySettings(provider.GetRequiredService<HotelOptions>().DefaultCountryCode))
            .AddSingleton<HotelDialect>()
            .AddSingleton<HotelSockets>()
            .AddSingleton<HotelDoor>()
            .AddSingleton<HotelReplay>()
            .AddSingleton<GuestAdmission>()
            .AddSingleton<StaffFrames>()
            .AddSingleton<GuestFrames>()
            .AddSingleton<WebhookAdmission>()
            .AddSingleton<HotelEndpoint>()
            .AddSingleton<HotelWatch>()
            .AddHostedService(provider => provider.GetRequiredService<HotelWatch>())
            .AddRestBearer(HotelDialect.ClaimMap, HotelErrors.Instance, HotelErrors.NotStaff)
            .AddRestDocument(HotelApi.Document);

    /// <summary>
    /// Sockets under <c>/ws</c>, REST under <c>/api/chat</c>, uploaded files, the description at <c>/openapi/hotel.json</c> and the page that shows it
    /// at <c>/docs</c>.
    /// </summary>
    public static ServedDialect ServeHotel(this IServiceProvider services, string name) => new(
        name,
        ServedDialect.NoNamespaces,
        branch => branch.UseRestDocument(HotelApi.Document),
        routes =>
        {
            services.GetRequiredService<HotelEndpoint>().Map(routes);
            HotelApi.Map(routes, services.GetRequiredService<UploadOptions>());
            FileDownload.Map(routes, HotelErrors.Instance);
            routes.MapRestDocument(HotelApi.Document);
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(services.GetRequiredService<HotelSockets>().Stop);
            Warn(services);
        })
    {
        Prefixes = ["/api/chat"],
    };

    /// <summary>Once at start, for each mode that is documented and weak.</summary>
    private static void Warn(IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILogger<HotelEndpoint>>();
        if (services.GetRequiredService<GuestAdmission>().TakesNumbers)
            logger.WeakModeOn("A guest's number as the only proof of who it is", "Hotel__GuestRequireToken=true asks for signed links.");
        if (services.GetRequiredService<WebhookAdmission>().TakesUnsigned)
            logger.WeakModeOn("The unsigned webhook", "Hotel__WebhookSecret asks for signatures.");
    }
}
