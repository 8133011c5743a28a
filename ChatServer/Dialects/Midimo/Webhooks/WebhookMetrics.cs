using System.Diagnostics.Metrics;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>What webhooks count.</summary>
internal static class WebhookMetrics
{
    private static readonly Meter Meter = new("ChatServer");

    private static readonly Counter<long> Delivered =
        Meter.CreateCounter<long>("chatserver.webhooks.delivered", description: "Events that the receiver took");

    private static readonly Counter<long> Failed =
        Meter.CreateCounter<long>("chatserver.webhooks.failed", description: "Deliveries that the receiver did not take");

    private static readonly Gauge<long> Waiting =
        Meter.CreateGauge<long>("chatserver.webhooks.waiting", description: "Events in the outbox that are still to be delivered");

    private static readonly Gauge<long> DeadLetters =
        Meter.CreateGauge<long>("chatserver.webhooks.deadletters", description: "Events in the outbox that were given up");

    /// <summary>Events given up by this process.</summary>
    public static readonly Counter<long> Dead =
        Meter.CreateCounter<long>("chatserver.webhooks.dead", description: "Events that were given up");

    /// <summary>Events that were never noted, because too many waited for it.</summary>
    public static readonly Counter<long> Unnoted =
        Meter.CreateCounter<long>("chatserver.webhooks.unnoted", description: "Presence and typing that was not noted because too much of it waited");

    public static void Count(WebhookVerdict verdict) => (verdict is WebhookVerdict.Delivered ? Delivered : Failed).Add(1);

    public static void Note(OutboxCount count)
    {
        Waiting.Record(count.Waiting);
        DeadLetters.Record(count.Dead);
    }
}
