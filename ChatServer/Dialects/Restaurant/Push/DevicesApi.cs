using ChatServer.Chat.Devices;
using ChatServer.Dialects.Rest;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>Where a client says how its user is reached while it is closed. Ours: the document has no call for it.</summary>
internal static class DevicesApi
{
    /// <param name="api">A group behind the bearer token, and behind the door that words refusals.</param>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/devices", RegisterAsync).Produces<DeviceOut>(StatusCodes.Status201Created).Takes<DeviceIn>()
            .WithSummary("Registers the device that the push service calls by this token; again does no harm, and another user's becomes mine");
        api.MapDelete("/devices/{token}", UnregisterAsync).Produces(StatusCodes.Status204NoContent)
            .WithSummary("Forgets a device of mine; to be called when the user signs out");
    }

    private static Task<IResult> RegisterAsync(HttpContext http, DeviceService devices, CancellationToken cancellation) =>
        WithBodyAsync(http, PushJson.Default.DeviceIn, async body => Of(
            await devices.RegisterAsync(http.GetCaller(), body.Token, body.Platform, cancellation),
            token => new DeviceOut(token.Value, body.Platform), PushJson.Default.DeviceOut, StatusCodes.Status201Created));

    private static async Task<IResult> UnregisterAsync(HttpContext http, string token, DeviceService devices, CancellationToken cancellation)
    {
        await devices.UnregisterAsync(http.GetCaller(), token, cancellation);
        return TypedResults.NoContent();
    }
}
