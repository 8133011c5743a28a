using Google.Protobuf;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>What came of a call: its status, and the frame of its message when it went well.</summary>
internal readonly record struct GrpcAnswer(GrpcStatus Status, ReadOnlyMemory<byte> Frame = default)
{
    public static implicit operator GrpcAnswer(GrpcStatus status) => new(status);
}

/// <summary>gRPC's one catch-all: whatever goes wrong becomes a status that can be told, and a fault of ours is logged and told without details.</summary>
/// <param name="explain">The status of an exception that is no fault of ours; null for all others.</param>
internal sealed class GrpcGuard(Func<Exception, GrpcStatus?> explain, ILogger<GrpcGuard> logger)
{
    private static readonly GrpcStatus NoProtobuf = new(GrpcCode.Internal, "The message is not one of this method");

    /// <param name="method">For the log.</param>
    /// <param name="requestId">For the log.</param>
    /// <param name="endedBy">Why the work was cancelled, if it was.</param>
    /// <param name="work">May fail in any way.</param>
    public async Task<GrpcAnswer> GuardAsync(string method, string requestId, Func<GrpcStatus?> endedBy, Func<Task<GrpcAnswer>> work)
    {
        try
        {
            return await work();
        }
        catch (GrpcException e)
        {
            return e.Status;
        }
        catch (InvalidProtocolBufferException)
        {
            return NoProtobuf;
        }
        catch (OperationCanceledException) when (endedBy() is { } end)
        {
            return end;
        }
        catch (Exception e) when (explain(e) is { } known)
        {
            return known;
        }
        catch (Exception e)
        {
            logger.CallFailed(e, method, requestId);
            return GrpcStatus.Internal;
        }
    }
}
