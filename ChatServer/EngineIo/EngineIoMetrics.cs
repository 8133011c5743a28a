using System.Diagnostics.Metrics;

namespace ChatServer.EngineIo;

/// <summary>What the engine counts. All listeners of a process count together.</summary>
internal static class EngineIoMetrics
{
    private static readonly Meter Meter = new("ChatServer");

    /// <summary>Sessions that are open.</summary>
    public static readonly UpDownCounter<long> Sessions =
        Meter.CreateUpDownCounter<long>("chatserver.engineio.sessions", description: "Open Engine.IO sessions");

    private static readonly Counter<long> ClosedSessions =
        Meter.CreateCounter<long>("chatserver.engineio.closed", description: "Engine.IO sessions that ended, by reason");

    private static readonly Counter<long> RefusedRequests =
        Meter.CreateCounter<long>("chatserver.engineio.refused", description: "Requests to the engine that were refused, by error");

    private static readonly Counter<long> Limits =
        Meter.CreateCounter<long>("chatserver.engineio.limits", description: "Times a client met a limit, by limit");

    public static void Closed(CloseReason reason)
    {
        Sessions.Add(-1);
        ClosedSessions.Add(1, new KeyValuePair<string, object?>("reason", reason.Text));
    }

    /// <param name="limit">The option that set it.</param>
    public static void Limited(string limit) => Limits.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public static void Refused(string error) => RefusedRequests.Add(1, new KeyValuePair<string, object?>("error", error));
}
