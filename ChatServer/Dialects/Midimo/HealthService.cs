using System.Net;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire.Health;
using static ChatServer.Dialects.Midimo.Wire.Health.HealthCheckResponse.Types;

namespace ChatServer.Dialects.Midimo;

/// <summary>Whether the server takes calls at this moment.</summary>
public delegate Task<bool> ServingCheck(CancellationToken cancellation);

/// <summary>
/// <c>grpc.health.v1.Health</c>, as gRPC's health checking protocol has it. Needs no token, so that whatever starts and stops servers can ask; the store
/// is therefore asked once a second, however many ask here.
/// </summary>
internal sealed class HealthService(ServingCheck check, TimeProvider time)
{
    /// <summary>Between two looks of a watch; whoever orchestrates asks about as often.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Watches at once: they cost little, and nobody is known to need as many.</summary>
    internal const int MaxWatches = 1_000;

    /// <summary>Of one address, so that nobody takes them all: what orchestrates and balances watches once for each of its connections.</summary>
    internal const int WatchesPerAddress = 100;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly GrpcStatus UnknownService = new(GrpcCode.NotFound, "Unknown service");
    private static readonly GrpcStatus TooMany = new(GrpcCode.ResourceExhausted, "Too many watch already");

    /// <summary>The empty name is the whole server.</summary>
    private static readonly string[] Services = ["", "midimo.chat.ChatService", "midimo.presence.PresenceService", "midimo.notification.NotificationService"];

    private readonly Places<IPAddress> _watches = new(WatchesPerAddress, MaxWatches);
    private readonly Lock _gate = new();
    private Task<bool>? _asked;
    private long _askedAt;

    public IReadOnlyList<GrpcMethod> Methods =>
    [
        new("grpc.health.v1.Health/Check", GrpcKind.Unary, CheckAsync),
        new("grpc.health.v1.Health/Watch", GrpcKind.ServerStream, WatchAsync),
    ];

    private async Task<GrpcStatus> CheckAsync(GrpcCall call)
    {
        var request = await call.ReadOneAsync(bytes => HealthCheckRequest.Parser.ParseFrom(bytes));
        if (!Services.Contains(request.Service))
            return UnknownService;
        await call.AnswerAsync(GrpcFrame.Of(new HealthCheckResponse { Status = await AskAsync(request.Service) }));
        return GrpcStatus.Ok;
    }

    private async Task<GrpcStatus> WatchAsync(GrpcCall call)
    {
        if (!_watches.TryTake(call.Address))
            return TooMany;
        try
        {
            return await TellAsync(call);
        }
        finally
        {
            _watches.Leave(call.Address);
        }
    }

    /// <summary>How it stands, and then every change, until the call ends.</summary>
    private async Task<GrpcStatus> TellAsync(GrpcCall call)
    {
        var request = await call.ReadOneAsync(bytes => HealthCheckRequest.Parser.ParseFrom(bytes));
        using var timer = new PeriodicTimer(Period, time);
        ServingStatus? told = null;
        do
        {
            var status = await AskAsync(request.Service);
            if (status != told)
                await call.WriteAsync(new HealthCheckResponse { Status = status });
            told = status;
        }
        while (await timer.WaitForNextTickAsync(call.Cancellation));
        return GrpcStatus.Ok;
    }

    private async Task<ServingStatus> AskAsync(string service) =>
        !Services.Contains(service) ? ServingStatus.ServiceUnknown : await AskAsync() ? ServingStatus.Serving : ServingStatus.NotServing;

    private Task<bool> AskAsync()
    {
        lock (_gate)
        {
            if (_asked is null || time.GetElapsedTime(_askedAt) >= Fresh)
                (_asked, _askedAt) = (check(CancellationToken.None), time.GetTimestamp());
            return _asked;
        }
    }
}
