using System.Diagnostics.Metrics;

namespace ChatServer.Dialects.Hotel;

/// <summary>What the hotel dialect counts.</summary>
internal static class HotelMetrics
{
    public const string GuestByNumber = "guest_by_number";
    public const string UnsignedWebhook = "unsigned_webhook";

    private static readonly Meter Meter = new("ChatServer");

    /// <summary>Sockets that are open.</summary>
    public static readonly UpDownCounter<long> Sockets = Meter.CreateUpDownCounter<long>("chatserver.hotel.sockets", description: "Open sockets of the hotel dialect");

    private static readonly Counter<long> ClosedSockets =
        Meter.CreateCounter<long>("chatserver.hotel.closed", description: "Sockets of the hotel dialect that ended, by end");

    private static readonly Counter<long> WeakUses =
        Meter.CreateCounter<long>("chatserver.hotel.weak", description: "Uses of what is documented and weak, by mode");

    public static void Closed(string end)
    {
        Sockets.Add(-1);
        ClosedSockets.Add(1, new KeyValuePair<string, object?>("end", end));
    }

    public static void Weak(string mode) => WeakUses.Add(1, new KeyValuePair<string, object?>("mode", mode));
}
