using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat;

namespace ChatServer.Dialects.SocketIo;

/// <summary>One event, understood: who sent it, what it says, and the way to confirm it early.</summary>
internal sealed class Command<TIn, TAck>(SocketIoSession session, TIn body, Action<TAck> acknowledge, CancellationToken cancellation)
{
    public SocketIoSession Session { get; } = session;

    public Caller Caller => Session.Caller;

    public TIn Body { get; } = body;

    /// <summary>Runs out before the client's patience does (reliability P2).</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Confirms now, before others are told; the handler's result confirms otherwise.</summary>
    public void Acknowledge(TAck acknowledgement) => acknowledge(acknowledgement);
}

/// <summary>One row of a <see cref="CommandTable"/>.</summary>
internal abstract class CommandRow(string eventName)
{
    public string EventName { get; } = eventName;

    /// <summary>Reads the argument, runs the handler and confirms; an error is left to the caller to tell.</summary>
    public abstract Task<ChatError?> RunAsync(SocketIoSession session, ReadOnlyMemory<byte> argument, Reply reply, CancellationToken cancellation);
}

internal sealed class CommandRow<TIn, TAck>(
    string eventName, JsonTypeInfo<TIn> input, JsonTypeInfo<TAck> output, Func<Command<TIn, TAck>, Task<Result<TAck>>> handle) : CommandRow(eventName)
    where TIn : class
{
    public override async Task<ChatError?> RunAsync(
        SocketIoSession session, ReadOnlyMemory<byte> argument, Reply reply, CancellationToken cancellation)
    {
        if (!CommandArgument.Read(argument, input).TryGet(out var body, out var error))
            return error;
        var result = await handle(new Command<TIn, TAck>(session, body, ack => reply.Send(ack, output), cancellation));
        if (!result.TryGet(out var acknowledgement, out error))
            return error;
        reply.Send(acknowledgement, output);
        return null;
    }
}
