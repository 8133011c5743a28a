using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Tests.Support;
using Google.Protobuf;

namespace ChatServer.Tests.Dialects.Midimo.Streams;

/// <summary>A stream as its client reads it: message by message, until it ends or is given up.</summary>
internal sealed class StreamReader<T> : IAsyncDisposable
    where T : IMessage<T>, new()
{
    private readonly CancellationTokenSource _given = new();
    private readonly IAsyncEnumerator<T> _messages;
    private Task<bool>? _moving;
    private bool _isDisposed;

    public StreamReader(GrpcClient client, string method, IMessage request) =>
        _messages = client.StreamAsync<T>(method, request, _given.Token).GetAsyncEnumerator(_given.Token);

    /// <summary>Calls, without waiting for a message.</summary>
    public void Begin() => _moving ??= _messages.MoveNextAsync().AsTask();

    public async Task<T> NextAsync() => await MoveAsync() ? _messages.Current : throw new AssertionException("The stream ended");

    /// <summary>The status with which it ends, whatever comes before.</summary>
    public async Task<GrpcCode> EndAsync()
    {
        try
        {
            while (await MoveAsync())
                continue;
            return GrpcCode.Ok;
        }
        catch (GrpcFailure failure)
        {
            return failure.Code;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _given.CancelAsync();
        try
        {
            if (_moving is not null)
                await _moving;
            await _messages.DisposeAsync();
        }
        catch (OperationCanceledException) when (_given.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _given.Dispose();
        }
    }

    private async Task<bool> MoveAsync()
    {
        Begin();
        var moving = _moving!;
        _moving = null;
        return await moving.WaitAsync(Journal<T>.Patience);
    }
}
