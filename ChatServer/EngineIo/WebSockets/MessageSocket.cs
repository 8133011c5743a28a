using System.Buffers;
using ChatServer.EngineIo.Protocol;
using ChatServer.EngineIo.Transports;

namespace ChatServer.EngineIo.WebSockets;

/// <summary>
/// A WebSocket for protocols that have nothing of Engine.IO about them: whole messages in, one at a time; shared bytes out, through a bounded
/// queue that never waits for a slow reader; pings, and a close that lets what is queued leave first.
/// </summary>
public sealed class MessageSocket : IAsyncDisposable
{
    /// <summary>Messages that leave in one write.</summary>
    private const int Batch = 256;

    private readonly Lock _lock = new();
    private readonly WebSocketConnection _connection;
    private readonly MessageSocketLimits _limits;
    private readonly TimeProvider _time;
    private readonly Action _abort;
    private readonly Outbox _outbox;
    private Task _flush = Task.CompletedTask;
    private ITimer? _closeTimer;
    private MessageSocketClose? _closing;
    private MessageSocketEnd? _end;
    private bool _isFlushing;
    private bool _isHandling;
    private bool _isOver;
    private bool _isDisposed;
    private long _heard;

    private MessageSocket(Stream stream, MessageSocketLimits limits, TimeProvider time, Action abort)
    {
        var options = limits.ToOptions();
        (_limits, _time, _abort) = (limits, time, abort);
        _connection = new WebSocketConnection(stream, options, time, abort);
        _outbox = new Outbox(options);
    }

    /// <summary>Whether the request may become a WebSocket.</summary>
    public static bool IsRequested(HttpRequest request) => WebSocketHandshake.IsRequested(request) && WebSocketHandshake.IsValid(request);

    /// <summary>Answers 101. Then <see cref="RunAsync"/> must be called.</summary>
    public static async Task<MessageSocket> AcceptAsync(HttpContext context, MessageSocketLimits limits, TimeProvider time) =>
        new(await WebSocketHandshake.AcceptAsync(context), limits, time, context.Abort);

    /// <summary>Queues a text message. Never blocks; false when the socket is over, or becomes so because its peer does not read.</summary>
    public bool TrySend(ReadOnlyMemory<byte> text)
    {
        lock (_lock)
        {
            if (_isOver)
                return false;
            if (_outbox.TryAdd([new OutboundPacket(text)]))
                Wake();
            else
                Cut(MessageSocketEnd.Slow);
            return !_isOver;
        }
    }

    /// <summary>
    /// Ends the socket once what is queued has left and the message that is being handled is done; nothing more is received. What takes too long is cut.
    /// </summary>
    public void Close(MessageSocketClose code)
    {
        lock (_lock)
        {
            if (_closing is not null)
                return;
            _closing = code;
            // Twice: for what is queued and handled, and for the closing handshake.
            _closeTimer = _time.CreateTimer(_ => _abort(), null, _limits.CloseTimeout * 2, Timeout.InfiniteTimeSpan);
            CloseIfIdle();
        }
    }

    /// <summary>Receives until the socket is over.</summary>
    /// <param name="handle">One message, valid until the task ends; must not throw. The next one waits for it.</param>
    public async Task<MessageSocketEnd> RunAsync(Func<ReadOnlyMemory<byte>, Task> handle)
    {
        Volatile.Write(ref _heard, _time.GetTimestamp());
        await using (_time.CreateTimer(_ => OnTick(), null, _limits.PingInterval, _limits.PingInterval))
        {
            do
                await ReadBufferedAsync(handle);
            while (await FillAsync());
        }
        await DisposeAsync();
        return _connection.IsTooBig ? MessageSocketEnd.TooBig
            : _end ?? (_connection.End is WebSocketEnd.Closed ? MessageSocketEnd.Closed : MessageSocketEnd.Broken);
    }

    /// <summary>Closes, if that has not begun, and waits until the connection is over.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        lock (_lock)
            _isOver = true;
        await _connection.DisposeAsync();
        await _flush;
        if (_closeTimer is { } timer)
            await timer.DisposeAsync();
    }

    private async ValueTask<bool> FillAsync()
    {
        var isMore = await _connection.FillAsync();
        Volatile.Write(ref _heard, _time.GetTimestamp());
        return isMore;
    }

    private async Task ReadBufferedAsync(Func<ReadOnlyMemory<byte>, Task> handle)
    {
        while (_connection.TryRead(out var message))
        {
            try
            {
                if (TryBeginHandling())
                    await handle(message.Data);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(message.Rented);
                EndHandling();
            }
        }
    }

    private bool TryBeginHandling()
    {
        lock (_lock)
            return _isHandling = _closing is null;
    }

    private void EndHandling()
    {
        lock (_lock)
        {
            Volatile.Write(ref _heard, _time.GetTimestamp());
            _isHandling = false;
            CloseIfIdle();
        }
    }

    /// <summary>A peer that is waited on cannot be called silent: while its message is handled nothing more is read.</summary>
    private void OnTick()
    {
        lock (_lock)
        {
            if (!_isHandling && _time.GetElapsedTime(Volatile.Read(ref _heard)) >= _limits.PingInterval + _limits.PingTimeout)
                Cut(MessageSocketEnd.Silent);
            else
                _connection.Ping();
        }
    }

    private void Cut(MessageSocketEnd end)
    {
        (_isOver, _end) = (true, _end ?? end);
        _outbox.Clear();
        _abort();
    }

    private void Wake()
    {
        if (_isFlushing)
            return;
        _isFlushing = true;
        _flush = FlushAsync();
    }

    private async Task FlushAsync()
    {
        var batch = new List<OutboundPacket>();
        try
        {
            while (TryTake(batch))
                await _connection.WriteAsync(batch);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            _abort();
        }
    }

    private bool TryTake(List<OutboundPacket> batch)
    {
        lock (_lock)
        {
            batch.Clear();
            _outbox.MoveTo(batch, Batch);
            if (batch.Count > 0)
                return true;
            _isFlushing = false;
            CloseIfIdle();
            return false;
        }
    }

    private void CloseIfIdle()
    {
        if (_closing is not { } code || _isFlushing || _isHandling)
            return;
        _isOver = true;
        _connection.Close((WebSocketCloseCode)code);
    }
}
