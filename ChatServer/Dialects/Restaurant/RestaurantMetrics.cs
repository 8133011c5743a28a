using System.Diagnostics.Metrics;

namespace ChatServer.Dialects.Restaurant;

/// <summary>What this dialect counts.</summary>
internal static class RestaurantMetrics
{
    private static readonly Meter Meter = new("ChatServer");

    private static readonly Counter<long> UserIdLogins = Meter.CreateCounter<long>(
        "chatserver.restaurant.user_id_logins", description: "Sockets that named a user and proved nothing, by outcome");

    public static void UserIdLogin(string outcome) => UserIdLogins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
