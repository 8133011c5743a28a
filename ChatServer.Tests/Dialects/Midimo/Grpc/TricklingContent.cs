using System.Net;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>A body of which the first bytes come, and no more until the test is done.</summary>
internal sealed class TricklingContent(byte[] first) : HttpContent
{
    private readonly TaskCompletionSource _sent = new();
    private readonly TaskCompletionSource _stopped = new();

    /// <summary>Done when the first bytes are on their way.</summary>
    public Task Sent => _sent.Task;

    public void Stop() => _stopped.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(first);
        await stream.FlushAsync();
        _sent.TrySetResult();
        await _stopped.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
