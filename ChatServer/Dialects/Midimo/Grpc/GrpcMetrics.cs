using System.Diagnostics.Metrics;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>What gRPC counts. Methods are ours, so that a client cannot make series of them.</summary>
internal static class GrpcMetrics
{
    private static readonly Meter Meter = new("ChatServer");

    private static readonly Counter<long> Calls =
        Meter.CreateCounter<long>("chatserver.grpc.calls", description: "gRPC calls that ended, by method and status");

    private static readonly UpDownCounter<long> OpenCalls = Meter.CreateUpDownCounter<long>("chatserver.grpc.open", description: "gRPC calls that are open");

    private static readonly UpDownCounter<long> OpenStreams =
        Meter.CreateUpDownCounter<long>("chatserver.grpc.streams", description: "Streams from the server among the open gRPC calls");

    private static readonly Counter<long> RepeatedCalls =
        Meter.CreateCounter<long>("chatserver.grpc.repeated", description: "gRPC calls answered by what an earlier one came to");

    public static void Repeated() => RepeatedCalls.Add(1);

    public static void Opened(GrpcKind? kind)
    {
        OpenCalls.Add(1);
        OpenStreams.Add(kind is GrpcKind.ServerStream ? 1 : 0);
    }

    public static void Ended(string method, GrpcKind? kind, GrpcStatus status)
    {
        OpenCalls.Add(-1);
        OpenStreams.Add(kind is GrpcKind.ServerStream ? -1 : 0);
        Calls.Add(1, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("status", status.Name));
    }
}
