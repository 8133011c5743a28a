using System.Diagnostics.Metrics;

namespace ChatServer.SocketIo;

/// <summary>What Socket.IO counts. Events are many, so they are counted here and told when asked for.</summary>
internal static class SocketIoMetrics
{
    private static readonly Meter Meter = new("ChatServer");
    private static long _events;

    /// <summary>Sockets in a namespace.</summary>
    public static readonly UpDownCounter<long> Sockets =
        Meter.CreateUpDownCounter<long>("chatserver.socketio.sockets", description: "Sockets connected to a namespace");

    private static readonly Counter<long> Limits =
        Meter.CreateCounter<long>("chatserver.socketio.limits", description: "Times a client met a limit, by limit");

    static SocketIoMetrics() => Meter.CreateObservableCounter(
        "chatserver.socketio.events", static () => Interlocked.Read(ref _events), description: "Events received");

    public static void CountEvent() => Interlocked.Increment(ref _events);

    /// <param name="limit">The option that set it.</param>
    public static void Limited(string limit) => Limits.Add(1, new KeyValuePair<string, object?>("limit", limit));
}
