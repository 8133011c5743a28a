using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo.Protocol;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.SocketIo;

/// <summary>
/// One client in one namespace. What is sent is queued and never blocks; the handler's calls never overlap. With recovery it outlives its
/// engine session: it lingers when that breaks, and goes on when its client comes back.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore is only awaited, which leaves nothing to dispose of.")]
public sealed class Socket
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SocketIoServer _server;
    private readonly PendingAcks _acks;
    private readonly byte[] _namespace;
    private readonly Line _line;
    private readonly string? _pid;
    private readonly OutboundPacket _connected;
    private ISocketHandler? _handler;
    private string? _endReason;
    private string _lostReason = "";

    internal Socket(SocketIoServer server, Client client, string nsp, bool recovers)
    {
        (_server, Namespace, _namespace) = (server, nsp, Encoding.UTF8.GetBytes(nsp));
        (Id, LogId) = client.Revision.Identify(client.Engine, nsp);
        (_line, Handshake) = (new Line(client, recovers ? new SentEvents(server.Options) : null), client.Engine.Handshake);
        _pid = recovers ? SocketIoServer.NewId() : null;
        _connected = client.Revision.Connected(nsp, Id, _pid);
        _acks = new PendingAcks(server.Options.MaxPendingAcks);
        Rate = new EventRate(server.Options.EventsPerSecond, server.Options.EventBurst, server.Time);
    }

    /// <summary>
    /// As the client knows it, kept over a recovery. In revision 5, 20 characters, public; in revision 4 it is made of the engine's session id,
    /// which is a secret: neither log it nor show it to others.
    /// </summary>
    public string Id { get; }

    /// <summary>What the log may call it.</summary>
    public string LogId { get; }

    /// <summary>The namespace, such as <c>/</c> or <c>/chat</c>.</summary>
    public string Namespace { get; }

    /// <summary>How fast this socket's events may come.</summary>
    internal EventRate Rate { get; }

    /// <summary>The request that opened the session the socket is on, or was on last.</summary>
    public HandshakeInfo Handshake { get; private set; }

    /// <summary>Whether its events carry offsets, and so have to be sent as <see cref="RecoverableEvent"/>s.</summary>
    public bool Recovers => _line.CanRecover;

    /// <summary>Behind everything that is queued for this client's session; null when it has none at the moment.</summary>
    public QueueMark? QueueMark => _line.QueueMark;

    /// <summary>Queues packets that are encoded already. Never blocks; false when the socket or its session is over. They are not recovered.</summary>
    public bool TrySend(params ReadOnlySpan<OutboundPacket> packets) => _handler is not null && _line.TrySend(packets);

    /// <summary>Queues an event that is encoded already, such as a shared broadcast, or keeps it for a client that is expected back.</summary>
    public bool TrySend(in RecoverableEvent e)
    {
        if (_handler is null)
            return false;
        if (_line.TrySend(e))
            return true;
        // More was missed than is kept. Not here: a broadcast's locks are held.
        ThreadPool.UnsafeQueueUserWorkItem(static socket => socket.GiveUp(), this, preferLocal: false);
        return false;
    }

    /// <summary>Emits an event with one argument to this client alone.</summary>
    public bool TryEmit<T>(string name, T argument, JsonTypeInfo<T> type)
    {
        if (!Recovers)
            return TrySend(PacketEncoder.Event(Namespace, name, argument, type));
        var offset = Offset.Next();
        return TrySend(new RecoverableEvent(offset, PacketEncoder.Event(Namespace, name, argument, type, offset: offset)));
    }

    /// <summary>Emits an event whose arguments are JSON already.</summary>
    /// <param name="name">The event name.</param>
    /// <param name="arguments">JSON values joined by commas, with placeholders for <paramref name="attachments"/>.</param>
    /// <param name="attachments">Binary arguments, at most 10: current JS clients refuse more.</param>
    public bool TryEmit(string name, ReadOnlyMemory<byte> arguments, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        var offset = Recovers ? Offset.Next() : null;
        var head = PacketEncoder.RawEvent(Namespace, name, arguments, attachments.Count, null, offset);
        return offset is null
            ? TrySend([head, .. Binary(attachments)])
            : TrySend(new RecoverableEvent(offset, head, attachments.Count == 0 ? null : Binary(attachments)));
    }

    /// <summary>Acknowledges an event with one argument.</summary>
    public bool TryAck<T>(ulong ackId, T argument, JsonTypeInfo<T> type) => TrySend(PacketEncoder.Ack(Namespace, ackId, argument, type));

    /// <summary>Acknowledges an event with arguments that are JSON already, joined by commas.</summary>
    public bool TryAck(ulong ackId, ReadOnlyMemory<byte> arguments, IReadOnlyList<ReadOnlyMemory<byte>> attachments) =>
        TrySend([PacketEncoder.RawAck(Namespace, ackId, arguments, attachments.Count), .. Binary(attachments)]);

    /// <summary>
    /// Emits an event and waits for the client's acknowledgement. Null when none came in time, the session broke or the socket is over. Acks
    /// arrive in wire order behind the client's events, so a handler must not wait for one inside <see cref="ISocketHandler.OnEventAsync"/>.
    /// </summary>
    public Task<IncomingAck?> EmitWithAckAsync<T>(string name, T argument, JsonTypeInfo<T> type, TimeSpan timeout) =>
        EmitWithAckAsync(id => [PacketEncoder.Event(Namespace, name, argument, type, id)], timeout);

    /// <summary>As the other, with arguments that are JSON already.</summary>
    /// <param name="name">The event name.</param>
    /// <param name="arguments">JSON values joined by commas, with placeholders for <paramref name="attachments"/>.</param>
    /// <param name="attachments">Binary arguments, at most 10.</param>
    /// <param name="timeout">How long to wait.</param>
    public Task<IncomingAck?> EmitWithAckAsync(
        string name, ReadOnlyMemory<byte> arguments, IReadOnlyList<ReadOnlyMemory<byte>> attachments, TimeSpan timeout) =>
        EmitWithAckAsync(id => [PacketEncoder.RawEvent(Namespace, name, arguments, attachments.Count, id), .. Binary(attachments)], timeout);

    /// <summary>Sends DISCONNECT and leaves the namespace (<c>server namespace disconnect</c>); the session and its other namespaces live on.</summary>
    public void Disconnect()
    {
        if (_handler is null || !TryEnd(DisconnectReason.ServerNamespace))
            return;
        if (_line.End() is { } client)
        {
            client.TrySend(PacketEncoder.Disconnected(Namespace));
            client.Forget(this);
        }
        ThreadPool.UnsafeQueueUserWorkItem(static socket => _ = socket.NotifyAsync().AsTask(), this, preferLocal: false);
    }

    internal bool Serves(ReadOnlySpan<byte> nsp) => nsp.SequenceEqual(_namespace);

    internal async ValueTask StartAsync(ISocketHandler handler)
    {
        using var turn = await TakeTurnAsync();
        _handler = handler;
        if (_pid is not null)
            _server.Recoverable.Add(_pid, this);
        _line.TrySend(_connected);
        SocketIoMetrics.Sockets.Add(1);
        await handler.OnConnectedAsync();
    }

    internal async ValueTask DispatchAsync(IncomingEvent e)
    {
        using var turn = await TakeTurnAsync();
        if (_endReason is not null)
            return;
        SocketIoMetrics.CountEvent();
        await _handler!.OnEventAsync(e);
    }

    internal void OnAck(ulong id, IncomingAck ack) => _acks.Settle(id, ack);

    /// <summary>The socket leaves its namespace; its handler hears of it once, after what it is busy with.</summary>
    internal async ValueTask LeaveAsync(string reason)
    {
        if (!TryEnd(reason))
            return;
        _line.End();
        await NotifyAsync();
    }

    /// <summary>The session is over. Where that may be made good, the socket lingers; otherwise it leaves.</summary>
    internal async ValueTask OnSessionClosedAsync(Client client, CloseReason reason)
    {
        if (!Recovers || !CanBeMadeGood(reason))
        {
            if (_line.TryEnd(on: client))
                await LeaveAsync(reason.Text);
            return;
        }
        if (!_line.TryDetach(client))
            return;
        _acks.FailAll();
        using (await TakeTurnAsync())
        {
            // While this waited for the handler, the client may have come back.
            if (!_line.IsDetached)
                return;
            _lostReason = reason.Text;
            if (_server.Recoverable.TryLinger(this))
            {
                _server.Log.Lingers(LogId, Namespace, reason.Text);
                await TellAsync(handler => handler.OnConnectionLostAsync(reason.Text));
                return;
            }
        }
        await LeaveAsync(reason.Text);
    }

    /// <summary>
    /// A client has come back with the socket's private id. False when it cannot go on: it is somebody else, or too much was missed; in the
    /// latter case the socket is over, because its client has nothing to gain from it.
    /// </summary>
    internal async ValueTask<bool> TryContinueAsync(Client client, string? offset, ISocketHandler claimant)
    {
        using (await TakeTurnAsync())
        {
            if (_endReason is not null || !_handler!.TryContinueAs(claimant))
                return false;
            if (_line.TryMove(client, offset, _connected, out var former))
            {
                _server.Recoverable.EndLinger(this);
                Handshake = client.Engine.Handshake;
                client.Adopt(this);
                former?.Abandon(this);
                _server.Log.Recovered(LogId, Namespace);
                await _handler.OnRecoveredAsync();
                return true;
            }
            former?.Abandon(this);
        }
        await LeaveAsync(_lostReason is "" ? CloseReason.TransportError.Text : _lostReason);
        return false;
    }

    /// <summary>Waits no longer for a client that has not come back.</summary>
    internal void GiveUp()
    {
        if (_line.TryEnd(on: null))
            _ = LeaveAsync(_lostReason).AsTask();
    }

    private static bool CanBeMadeGood(CloseReason reason) => reason != CloseReason.ParseError && reason != CloseReason.ServerShuttingDown;

    private static OutboundPacket[] Binary(IReadOnlyList<ReadOnlyMemory<byte>> attachments) =>
        [.. attachments.Select(bytes => new OutboundPacket(bytes.ToArray(), IsBinary: true))];

    private async Task<IncomingAck?> EmitWithAckAsync(Func<ulong, OutboundPacket[]> encode, TimeSpan timeout)
    {
        if (_acks.Add() is not var (id, ack))
            return null;
        if (!TrySend(encode(id)))
            _acks.Settle(id, null);
        using var timer = _server.Time.CreateTimer(_ => _acks.Settle(id, null), null, timeout, Timeout.InfiniteTimeSpan);
        return await ack;
    }

    private bool TryEnd(string reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, reason, null) is not null)
            return false;
        _acks.Fail();
        return true;
    }

    private async ValueTask NotifyAsync()
    {
        using var turn = await TakeTurnAsync();
        if (_pid is not null)
        {
            _server.Recoverable.Remove(_pid);
            _server.Recoverable.EndLinger(this);
        }
        await TellAsync(handler => handler.OnDisconnectedAsync(_endReason!));
        _server.Log.Disconnected(LogId, Namespace, _endReason!);
        SocketIoMetrics.Sockets.Add(-1);
    }

    private async ValueTask TellAsync(Func<ISocketHandler, ValueTask> call)
    {
        try
        {
            await call(_handler!);
        }
#pragma warning disable CA1031 // The session is over: its bug must not keep the session's other sockets from hearing of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _server.Log.HandlerFailed(e, LogId);
        }
    }

    private async ValueTask<Turn> TakeTurnAsync()
    {
        await _turn.WaitAsync();
        return new Turn(_turn);
    }

    /// <summary>The right to call the handler, given back on disposal.</summary>
    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
