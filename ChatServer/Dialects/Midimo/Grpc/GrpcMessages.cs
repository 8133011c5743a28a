using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>The messages in a request's body, one after the other. A message is parsed where it lies, and its bytes are given back at once.</summary>
/// <param name="body">Read by nobody else.</param>
/// <param name="isGzip">Whether the call's <c>grpc-encoding</c> lets messages be compressed.</param>
/// <param name="maxBytes">Of a message, before and after it is unpacked.</param>
internal sealed class GrpcMessages(PipeReader body, bool isGzip, int maxBytes)
{
    private static readonly GrpcStatus Incomplete = new(GrpcCode.Internal, "The message is incomplete");
    private static readonly GrpcStatus NotEncoded = new(GrpcCode.Internal, "A message is compressed, and grpc-encoding does not say how");

    // Statuses of a wrong number of messages: gRPC's table of status codes, "Request cardinality violation".
    private static readonly GrpcStatus NoMessage = new(GrpcCode.Unimplemented, "The method takes one message, and there was none");
    private static readonly GrpcStatus TwoMessages = new(GrpcCode.Unimplemented, "The method takes one message, and there were more");

    /// <summary>The only message, once the client has said that there will be no other.</summary>
    /// <exception cref="GrpcException">There is none, or another, or it cannot be read.</exception>
    public async Task<T> ReadOneAsync<T>(Func<ReadOnlySequence<byte>, T> parse, CancellationToken cancellation)
    {
        await using var messages = ReadAllAsync(parse, cancellation).GetAsyncEnumerator(cancellation);
        if (!await messages.MoveNextAsync())
            throw new GrpcException(NoMessage);
        var message = messages.Current;
        return await messages.MoveNextAsync() ? throw new GrpcException(TwoMessages) : message;
    }

    /// <exception cref="GrpcException">What follows cannot be read.</exception>
    public async IAsyncEnumerable<T> ReadAllAsync<T>(Func<ReadOnlySequence<byte>, T> parse, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var read = await ReadAsync(cancellation);
            var (isEmpty, isCompleted) = (read.Buffer.IsEmpty, read.IsCompleted);
            if (TryTake(read.Buffer, parse, out var message))
                yield return message;
            else if (isCompleted && isEmpty)
                yield break;
            else if (isCompleted)
                throw new GrpcException(Incomplete);
        }
    }

    private async Task<ReadResult> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(cancellation);
        }
        // What the web server raises for a client that has gone, or whose body breaks HTTP's own rules.
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            throw new GrpcException(GrpcStatus.Cancelled);
        }
    }

    /// <summary>False when the next message is not here yet; what was looked at is then not looked at again until more has come, or the end.</summary>
    private bool TryTake<T>(ReadOnlySequence<byte> buffer, Func<ReadOnlySequence<byte>, T> parse, out T message)
    {
        var (consumed, examined, rest) = (buffer.Start, buffer.End, buffer);
        message = default!;
        try
        {
            if (!GrpcFrame.TryRead(ref rest, maxBytes, out var isCompressed, out var payload, out var fault))
                return fault is null ? false : throw new GrpcException(fault);
            (consumed, examined) = (rest.Start, rest.Start);
            message = parse(isCompressed ? Inflate(payload) : payload);
            return true;
        }
        finally
        {
            body.AdvanceTo(consumed, examined);
        }
    }

    private ReadOnlySequence<byte> Inflate(ReadOnlySequence<byte> payload)
    {
        if (!isGzip)
            throw new GrpcException(NotEncoded);
        return GrpcFrame.TryInflate(payload, maxBytes, out var message, out var fault) ? new ReadOnlySequence<byte>(message) : throw new GrpcException(fault!);
    }
}
