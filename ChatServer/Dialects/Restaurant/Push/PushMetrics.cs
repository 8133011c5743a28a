using System.Diagnostics.Metrics;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>What push counts.</summary>
internal static class PushMetrics
{
    private static readonly Meter Meter = new("ChatServer");

    private static readonly Counter<long> Sent =
        Meter.CreateCounter<long>("chatserver.push.sent", description: "Notifications that the push service took");

    private static readonly Counter<long> Failed =
        Meter.CreateCounter<long>("chatserver.push.failed", description: "Notifications that the push service did not take, by what comes of it");

    private static readonly Gauge<long> Waiting =
        Meter.CreateGauge<long>("chatserver.push.waiting", description: "Messages in the outbox that are still to be pushed");

    private static readonly Gauge<long> DeadLetters =
        Meter.CreateGauge<long>("chatserver.push.deadletters", description: "Messages in the outbox whose push was given up");

    /// <summary>Messages given up by this process.</summary>
    public static readonly Counter<long> Dead =
        Meter.CreateCounter<long>("chatserver.push.dead", description: "Messages whose push was given up");

    public static void Count(PushVerdict verdict)
    {
        if (verdict is PushVerdict.Sent)
            Sent.Add(1);
        else
            Failed.Add(1, new KeyValuePair<string, object?>("verdict", verdict.ToString().ToLowerInvariant()));
    }

    public static void Note(OutboxCount count)
    {
        Waiting.Record(count.Waiting);
        DeadLetters.Record(count.Dead);
    }
}
