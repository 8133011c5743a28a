using System.Buffers;
using ChatServer.Chat;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Identity;
using Google.Protobuf;

namespace ChatServer.Dialects.Midimo;

/// <summary>One of the dialect's services: it names its methods.</summary>
internal interface IMidimoService
{
    void Describe(MidimoMethods methods);
}

/// <summary>Sends the messages of a stream, one at a time; waits while the client takes no more.</summary>
internal sealed class MidimoStream<T>(GrpcCall call)
    where T : IMessage<T>
{
    /// <summary>Tells the client that its stream stands, where no message does that at once.</summary>
    public Task OpenAsync() => call.OpenAsync();

    public Task WriteAsync(T message) => call.WriteAsync(message);

    /// <summary>Sends a message whose frame others are sent, too.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> frame) => call.WriteAsync(frame);

    /// <summary>Ends the stream for this reason, from any thread and under any lock.</summary>
    public void End(ChatError reason) => call.EndSoon(reason.ToStatus());
}

/// <summary>Makes methods of gRPC out of methods that speak of chat. Nobody is let in without a token.</summary>
internal sealed class MidimoMethods(MidimoTokens tokens, UnansweredCalls unanswered, GrpcGuard guard, TimeProvider time)
{
    private static readonly GrpcStatus Expired = new(GrpcCode.Unauthenticated, "The token has expired");

    private readonly List<GrpcMethod> _all = [];

    public IReadOnlyList<GrpcMethod> All => _all;

    /// <param name="changes">
    /// Whether a repeat would change something twice. Then the work goes on to its end when the client has gone, and an equal call is answered by
    /// what came of it (contracts S2-9).
    /// </param>
    public void Unary<TIn, TOut>(string name, Func<TIn, MidimoCall, Task<Result<TOut>>> handle, bool changes = false)
        where TIn : IMessage<TIn>, new()
        where TOut : IMessage<TOut> =>
        Add(name, GrpcKind.Unary, (call, token) => changes ? ChangeAsync(call, token, handle) : AskAsync(call, token, handle));

    /// <summary>A stream to the client; the error with which it ends, or null.</summary>
    public void ServerStream<TIn, TOut>(string name, Func<TIn, MidimoStream<TOut>, MidimoCall, Task<ChatError?>> handle)
        where TIn : IMessage<TIn>, new()
        where TOut : IMessage<TOut> =>
        Add(name, GrpcKind.ServerStream, async (call, token) =>
        {
            var request = await call.ReadOneAsync(Parse<TIn>);
            call.EndAfter(Expired, token.ExpiresAt - time.GetUtcNow());
            return await handle(request, new MidimoStream<TOut>(call), Of(call, token, call.Cancellation)) is { } error ? error.ToStatus() : GrpcStatus.Ok;
        });

    /// <summary>A stream from the client, answered by one message.</summary>
    public void ClientStream<TIn, TOut>(string name, Func<IAsyncEnumerable<TIn>, MidimoCall, Task<Result<TOut>>> handle)
        where TIn : IMessage<TIn>, new()
        where TOut : IMessage<TOut> =>
        Add(name, GrpcKind.ClientStream, async (call, token) =>
        {
            var answer = ToAnswer(await handle(call.ReadAllAsync(Parse<TIn>), Of(call, token, call.Cancellation)));
            await AnswerAsync(call, answer);
            return answer.Status;
        });

    private void Add(string name, GrpcKind kind, Func<GrpcCall, MidimoToken, Task<GrpcStatus>> run) => _all.Add(new GrpcMethod(name, kind, call =>
        tokens.TryRead(BearerToken.From(call.Authorization), out var token) ? run(call, token) : Task.FromResult(ChatError.Unauthorized.ToStatus())));

    private async Task<GrpcStatus> AskAsync<TIn, TOut>(GrpcCall call, MidimoToken token, Func<TIn, MidimoCall, Task<Result<TOut>>> handle)
        where TIn : IMessage<TIn>, new()
        where TOut : IMessage<TOut>
    {
        var request = await call.ReadOneAsync(Parse<TIn>);
        var answer = ToAnswer(await handle(request, Of(call, token, call.Cancellation)));
        await AnswerAsync(call, answer);
        return answer.Status;
    }

    private async Task<GrpcStatus> ChangeAsync<TIn, TOut>(GrpcCall call, MidimoToken token, Func<TIn, MidimoCall, Task<Result<TOut>>> handle)
        where TIn : IMessage<TIn>, new()
        where TOut : IMessage<TOut>
    {
        if (!token.Allows(Right.Write))
            return MidimoErrors.NoScope.ToStatus();
        var (method, requestId, key) = (call.Method, call.RequestId, call.IdempotencyKey);
        var (request, hash) = await call.ReadOneAsync(bytes => (Parse<TIn>(bytes), CallHash.Of(token.Name, method, key, bytes)));
        await using var turn = await unanswered.EnterAsync(token.Name, hash, call.Cancellation);
        if (turn.Unheard is not null && await RefuseAsync(call, token) is { } refusal)
            return refusal.ToStatus();
        var answer = await turn.RunAsync(stop => guard.GuardAsync(
            method, requestId, () => GrpcStatus.DeadlineExceeded, async () => ToAnswer(await handle(request, new MidimoCall(token, tokens, requestId, key, stop)))), call.Cancellation);
        if (await AnswerAsync(call, answer))
            turn.Answered();
        return answer.Status;
    }

    /// <summary>Why a user may not have what an earlier call came to; null for services, and for users who are still active.</summary>
    private async Task<ChatError?> RefuseAsync(GrpcCall call, MidimoToken token) =>
        token.IsService || (await tokens.ActAsAsync(token, "", Right.Write, call.Cancellation)).TryGet(out _, out var error) ? null : error;

    private static async Task<bool> AnswerAsync(GrpcCall call, GrpcAnswer answer) => answer.Status.IsOk && await call.AnswerAsync(answer.Frame);

    private static GrpcAnswer ToAnswer<T>(Result<T> result)
        where T : IMessage<T> =>
        result.TryGet(out var message, out var error) ? new GrpcAnswer(GrpcStatus.Ok, GrpcFrame.Of(message)) : error.ToStatus();

    private MidimoCall Of(GrpcCall call, MidimoToken token, CancellationToken cancellation) => new(token, tokens, call.RequestId, call.IdempotencyKey, cancellation);

    private static T Parse<T>(ReadOnlySequence<byte> bytes)
        where T : IMessage<T>, new()
    {
        var message = new T();
        message.MergeFrom(bytes);
        return message;
    }
}
