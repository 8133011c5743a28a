using System.Buffers;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo.Transports;

/// <summary>
/// Moves a polling session to a WebSocket (protocol.md section 9).
/// <code>
/// C> GET …transport=websocket&amp;sid=S    (101, no open packet)
/// C> 2probe
/// S> 3probe                            on the candidate; from now on polls are answered soon
/// C> 5                                 the client polls no more
/// S> queued packets                    on the WebSocket
/// </code>
/// A lone <c>5</c> is taken too: a client's sources do just that. Anything else, the end of the candidate or the upgrade timeout closes the
/// candidate alone; the session goes on polling.
/// </summary>
internal sealed class UpgradeHandshake(
    EngineIoSocket socket, PollingTransport polling, WebSocketConnection candidate, EngineIoOptions options, bool takesBinary)
{
    private bool _isDecided;

    /// <summary>Serves the candidate until it is over, as the session's transport if the upgrade succeeds.</summary>
    public async Task RunAsync(TimeProvider time)
    {
        if (await IsUpgradedAsync(time))
        {
            var transport = new WebSocketTransport(socket, candidate, options, takesBinary);
            if (socket.TryCompleteUpgrade(transport))
            {
                await transport.RunAsync();
                return;
            }
        }
        socket.AbandonUpgrade(polling);
        await candidate.DisposeAsync();
    }

    private async Task<bool> IsUpgradedAsync(TimeProvider time)
    {
        await using var deadline = time.CreateTimer(
            static state => ((UpgradeHandshake)state!).OnLate(), this, TimeSpan.FromMilliseconds(options.UpgradeTimeout), Timeout.InfiniteTimeSpan);
        await using var ending = socket.Closed.UnsafeRegister(static state => ((UpgradeHandshake)state!).GiveUp(), this);
        do
        {
            while (candidate.TryRead(out var message))
            {
                var step = Read(message);
                if (step is PacketType.Ping)
                {
                    if (!await TryAnswerAsync())
                        return false;
                    polling.BeginProbing();
                }
                else
                {
                    return step is PacketType.Upgrade && TryDecide();
                }
            }
        }
        while (await candidate.FillAsync() && !Volatile.Read(ref _isDecided));
        return false;
    }

    private void OnLate()
    {
        if (!Volatile.Read(ref _isDecided))
            socket.OnLimit(nameof(options.UpgradeTimeout));
        GiveUp();
    }

    /// <summary>Leaves the session free for another candidate at once, however long this one takes to go.</summary>
    private void GiveUp()
    {
        if (!TryDecide())
            return;
        candidate.Close();
        candidate.Interrupt();
    }

    private async ValueTask<bool> TryAnswerAsync()
    {
        try
        {
            await candidate.WriteAsync([PacketCodec.ProbePong]);
            return true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private bool TryDecide() => !Interlocked.Exchange(ref _isDecided, true);

    /// <summary>A ping for <c>2probe</c>, an upgrade for <c>5</c>, null for all else.</summary>
    private static PacketType? Read(WebSocketMessage message)
    {
        var text = message.IsBinary ? [] : message.Data.Span;
        PacketType? step = text.SequenceEqual("2probe"u8) ? PacketType.Ping : text.SequenceEqual("5"u8) ? PacketType.Upgrade : null;
        ArrayPool<byte>.Shared.Return(message.Rented);
        return step;
    }
}
