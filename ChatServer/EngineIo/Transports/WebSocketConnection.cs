using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo.Transports;

/// <summary>Why nothing more can be read from a WebSocket.</summary>
internal enum WebSocketEnd
{
    /// <summary>It is not over.</summary>
    None,

    /// <summary>The peer closed it, with a close frame or by ending the stream.</summary>
    Closed,

    /// <summary>The connection was reset, or the peer broke RFC 6455.</summary>
    Broken,
}

/// <summary>
/// RFC 6455 on a bare connection: frames in and out, fragments put together, pings answered, the closing handshake. Every byte of the
/// framing is ours, so that a broadcast's bytes go out as they are and several packets leave in one write. One reader, any number
/// of writers.
/// </summary>
/// <param name="abort">Cuts the connection.</param>
/// <param name="isCompressible">Whether permessage-deflate was agreed on.</param>
internal sealed class WebSocketConnection(Stream stream, EngineIoOptions options, TimeProvider time, Action abort, bool isCompressible = false)
    : IAsyncDisposable
{
    private readonly PipeReader _input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly WebSocketAssembly _assembly = new(options.MaxPayload);
    private ReadOnlySequence<byte> _buffer;
    private ITimer? _abortTimer;
    private Task _closing = Task.CompletedTask;
    private Task _pong = Task.CompletedTask;
    private Task _ping = Task.CompletedTask;
    private bool _isCloseSent;
    private bool _isStreamOver;

    /// <summary>Set once <see cref="TryRead"/> or <see cref="FillAsync"/> has found the end.</summary>
    public WebSocketEnd End { get; private set; }

    /// <summary>Whether a message was broken off because it is too long, or in too many pieces.</summary>
    public bool IsTooBig { get; private set; }

    /// <summary>Takes the next message that is here already. False when more bytes are needed, or when the end was found.</summary>
    public bool TryRead(out WebSocketMessage message)
    {
        message = default;
        while (End is WebSocketEnd.None)
        {
            if (WebSocketFrame.Read(_buffer, options.MaxPayload, out var error, isCompressible) is not { } frame || _buffer.Length < frame.TotalLength)
            {
                if (error is not WebSocketCloseCode.None)
                    Fail(error);
                return false;
            }
            var isWhole = !frame.IsControl && _assembly.Add(frame, _buffer, out message, out error);
            if (frame.IsControl)
                error = OnControl(frame);
            _buffer = _buffer.Slice(frame.TotalLength);
            if (error is not WebSocketCloseCode.None)
                Fail(error);
            else if (isWhole)
                return true;
        }
        return false;
    }

    /// <summary>Waits for more bytes; false at the end.</summary>
    public async ValueTask<bool> FillAsync()
    {
        if (End is WebSocketEnd.None)
        {
            _input.AdvanceTo(_buffer.Start, _buffer.End);
            End = await ReadAsync();
        }
        return End is WebSocketEnd.None;
    }

    /// <summary>Makes a <see cref="FillAsync"/> that waits, or the next one, return without more bytes.</summary>
    public void Interrupt() => _input.CancelPendingRead();

    /// <summary>Writes packets as one frame each, in one go.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    public async ValueTask WriteAsync(IReadOnlyList<OutboundPacket> packets)
    {
        var size = 0;
        foreach (var packet in packets)
            size += WebSocketFrame.MaxServerHeadLength + packet.Bytes.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var length = 0;
            foreach (var packet in packets)
                length += Write(buffer.AsSpan(length), packet);
            await SendAsync(buffer.AsMemory(0, length), isClose: false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends a ping, unless an earlier one is still on its way out. Its pong is bytes like any others.</summary>
    public void Ping()
    {
        if (_ping.IsCompleted)
            _ping = SendControlAsync(Opcode.Ping, []);
    }

    /// <summary>Begins the closing handshake, once; the connection is cut when it is not over within the close timeout.</summary>
    public void Close(WebSocketCloseCode code = WebSocketCloseCode.None)
    {
        lock (_assembly)
        {
            _abortTimer ??= time.CreateTimer(static state => ((Action)state!)(), abort, TimeSpan.FromMilliseconds(options.CloseTimeout), Timeout.InfiniteTimeSpan);
            if (_closing.IsCompleted && !_isCloseSent)
                _closing = SendCloseAsync(code);
        }
    }

    /// <summary>Closes and waits until the connection is over.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        while (await FillAsync())
        {
            while (TryRead(out var late))
                ArrayPool<byte>.Shared.Return(late.Rented);
        }
        await DiscardAsync();
        await _closing;
        await _pong;
        await _ping;
        if (_abortTimer is { } timer)
            await timer.DisposeAsync();
        _assembly.Dispose();
        await _input.CompleteAsync();
    }

    /// <summary>Writes one packet's frame, which compression never makes longer.</summary>
    private int Write(Span<byte> target, in OutboundPacket packet)
    {
        var opcode = packet.IsBinary ? Opcode.Binary : Opcode.Text;
        var isWorthIt = isCompressible && !packet.SkipsCompression && packet.Bytes.Length >= options.PerMessageDeflateThreshold;
        return isWorthIt && MessageDeflate.TryDeflate(packet.Bytes.Span, out var deflated)
            ? WebSocketFrame.Write(target, opcode, deflated, isCompressed: true)
            : WebSocketFrame.Write(target, opcode, packet.Bytes.Span);
    }

    private async ValueTask<WebSocketEnd> ReadAsync()
    {
        try
        {
            var result = await _input.ReadAsync();
            _buffer = result.Buffer;
            // Whatever came before has been looked at, so the end of the stream brings nothing new, half a frame included.
            _isStreamOver = result.IsCompleted;
            return _isStreamOver ? WebSocketEnd.Closed : WebSocketEnd.None;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            _isStreamOver = true;
            return WebSocketEnd.Broken;
        }
    }

    /// <summary>
    /// After a broken rule: passes over what the peer still sends until it answers our close. A connection that is closed over unread
    /// bytes is reset, and the peer would never learn the code.
    /// </summary>
    private async ValueTask DiscardAsync()
    {
        while (End is WebSocketEnd.Broken && !_isStreamOver && !WebSocketFrame.EndsInClose(_buffer))
        {
            var kept = Math.Max(0, _buffer.Length - WebSocketFrame.MaxAnswerLength);
            _input.AdvanceTo(_buffer.GetPosition(kept), _buffer.End);
            await ReadAsync();
        }
    }

    private WebSocketCloseCode OnControl(in WebSocketFrame frame)
    {
        var payload = new byte[frame.Length];
        frame.CopyPayload(_buffer, payload);
        switch (frame.Opcode)
        {
            // An unanswered ping may be passed over for a later one (RFC 6455 section 5.5.3), so pongs cannot pile up.
            case Opcode.Ping when _pong.IsCompleted:
                _pong = SendControlAsync(Opcode.Pong, payload);
                break;
            case Opcode.Close when WebSocketFrame.IsLegalClose(payload):
                End = WebSocketEnd.Closed;
                Close();
                break;
            case Opcode.Close:
                return WebSocketCloseCode.ProtocolError;
        }
        return WebSocketCloseCode.None;
    }

    private void Fail(WebSocketCloseCode code)
    {
        End = WebSocketEnd.Broken;
        IsTooBig = code is WebSocketCloseCode.MessageTooBig;
        Close(code);
    }

    private Task SendCloseAsync(WebSocketCloseCode code)
    {
        var payload = new byte[code is WebSocketCloseCode.None ? 0 : sizeof(ushort)];
        if (payload.Length > 0)
            BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        return SendControlAsync(Opcode.Close, payload);
    }

    /// <summary>Sends a control frame; a connection that is gone is found out by its reader.</summary>
    private async Task SendControlAsync(Opcode opcode, byte[] payload)
    {
        var buffer = new byte[WebSocketFrame.MaxServerHeadLength + payload.Length];
        try
        {
            await SendAsync(buffer.AsMemory(0, WebSocketFrame.Write(buffer, opcode, payload)), opcode is Opcode.Close);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            abort();
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> frames, bool isClose)
    {
        await _writing.WaitAsync();
        try
        {
            if (_isCloseSent)
                return;
            _isCloseSent = isClose;
            await stream.WriteAsync(frames);
        }
        finally
        {
            _writing.Release();
        }
    }
}
