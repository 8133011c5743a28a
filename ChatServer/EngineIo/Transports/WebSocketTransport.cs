using System.Buffers;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo.Transports;

/// <summary>
/// A WebSocket as a session's transport (protocol.md section 7): one packet a message. The reader handles what has arrived, and what that
/// causes to be sent leaves in one write after it; at other times whoever queues a packet starts the flush, and one flush serves
/// all who queue meanwhile.
/// </summary>
/// <param name="takesBinary">Whether the request that became the WebSocket said that its client reads binary messages.</param>
internal sealed class WebSocketTransport(EngineIoSocket socket, WebSocketConnection connection, EngineIoOptions options, bool takesBinary) : ITransport
{
    public const string TransportName = "websocket";

    private const int Idle = 0;
    private const int Flushing = 1;
    private const int Woken = 2;

    private readonly List<OutboundPacket> _batch = [];
    private Task _flush = Task.CompletedTask;
    private int _state = Idle;
    private volatile bool _isCorked;

    public string Name => TransportName;

    public TimeSpan DrainLimit => TimeSpan.FromMilliseconds(options.CloseTimeout);

    public void Wake(bool isUrgent = false)
    {
        if ((isUrgent || !_isCorked) && Interlocked.Exchange(ref _state, Woken) is Idle)
            _flush = FlushAsync();
    }

    public void Close() => connection.Close();

    /// <summary>Reads until the connection is over, and ends the session with it.</summary>
    public async Task RunAsync()
    {
        do
            await ReadBufferedAsync();
        while (await connection.FillAsync());
        if (connection.IsTooBig)
            socket.OnLimit(nameof(options.MaxPayload));
        socket.Close(connection.End is WebSocketEnd.Closed ? CloseReason.TransportClose : CloseReason.TransportError);
        await connection.DisposeAsync();
        await _flush;
    }

    private async ValueTask ReadBufferedAsync()
    {
        _isCorked = true;
        while (connection.TryRead(out var message))
        {
            var received = ReceiveAsync(message);
            if (!received.IsCompletedSuccessfully)
            {
                Uncork();
                await received;
                _isCorked = true;
            }
        }
        Uncork();
    }

    private void Uncork()
    {
        _isCorked = false;
        Wake();
    }

    private ValueTask ReceiveAsync(WebSocketMessage message)
    {
        if (socket.Revision.TryDecodeMessage(message.Data, message.IsBinary, out var packet))
            return socket.ReceiveAsync(new Inbound(packet, message.Rented));
        ArrayPool<byte>.Shared.Return(message.Rented);
        socket.Close(CloseReason.ParseError);
        return ValueTask.CompletedTask;
    }

    private async Task FlushAsync()
    {
        try
        {
            do
            {
                Interlocked.Exchange(ref _state, Flushing);
                while (socket.Take(this, _batch, options.OutboundPackets) is var result and (TakeResult.Taken or TakeResult.Drained))
                {
                    var count = _batch.Count;
                    socket.Revision.ToMessages(_batch, takesBinary);
                    if (result is TakeResult.Taken)
                    {
                        await connection.WriteAsync(_batch);
                        socket.OnWritten(count);
                    }
                    else
                    {
                        socket.OnDrained();
                    }
                    _batch.Clear();
                }
            }
            while (Interlocked.CompareExchange(ref _state, Idle, Flushing) is not Flushing);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Close(CloseReason.TransportError);
        }
    }
}
