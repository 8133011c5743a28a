using System.Text;
using System.Text.Json.Serialization.Metadata;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo.Protocol;

namespace ChatServer.SocketIo;

/// <summary>One client in one namespace. What is sent is queued and never blocks; the handler's calls never overlap.</summary>
public sealed class Socket
{
    private readonly Lock _gate = new();
    private readonly Client _client;
    private readonly PendingAcks _acks;
    private readonly byte[] _namespace;
    private ISocketHandler? _handler;
    private string? _endReason;
    private bool _isHandling;

    internal Socket(Client client, string nsp, SocketIoOptions options)
    {
        (_client, Namespace, _namespace) = (client, nsp, Encoding.UTF8.GetBytes(nsp));
        (Id, LogId) = client.Revision.Identify(client.Engine, nsp);
        _acks = new PendingAcks(options.MaxPendingAcks);
        Rate = new EventRate(options.EventsPerSecond, options.EventBurst, client.Time);
    }

    /// <summary>
    /// As the client knows it. In revision 5, 20 characters, public; in revision 4 it is made of the engine's session id, which is a secret:
    /// neither log it nor show it to others.
    /// </summary>
    public string Id { get; }

    /// <summary>What the log may call it.</summary>
    public string LogId { get; }

    /// <summary>The namespace, such as <c>/</c> or <c>/chat</c>.</summary>
    public string Namespace { get; }

    /// <summary>How fast this socket's events may come.</summary>
    internal EventRate Rate { get; }

    public HandshakeInfo Handshake => _client.Engine.Handshake;

    /// <summary>Queues packets that are encoded already, such as a shared broadcast. Never blocks; false when the socket or its session is over.</summary>
    public bool TrySend(params ReadOnlySpan<OutboundPacket> packets) =>
        _handler is not null && _endReason is null && _client.Engine.TrySend(packets);

    /// <summary>Emits an event with one argument to this client alone.</summary>
    public bool TryEmit<T>(string name, T argument, JsonTypeInfo<T> type) => TrySend(PacketEncoder.Event(Namespace, name, argument, type));

    /// <summary>Emits an event whose arguments are JSON already.</summary>
    /// <param name="name">The event name.</param>
    /// <param name="arguments">JSON values joined by commas, with placeholders for <paramref name="attachments"/>.</param>
    /// <param name="attachments">Binary arguments, at most 10: current JS clients refuse more.</param>
    public bool TryEmit(string name, ReadOnlyMemory<byte> arguments, IReadOnlyList<ReadOnlyMemory<byte>> attachments) =>
        TrySend(WithAttachments(PacketEncoder.RawEvent(Namespace, name, arguments, attachments.Count, null), attachments));

    /// <summary>Acknowledges an event with one argument.</summary>
    public bool TryAck<T>(ulong ackId, T argument, JsonTypeInfo<T> type) => TrySend(PacketEncoder.Ack(Namespace, ackId, argument, type));

    /// <summary>Acknowledges an event with arguments that are JSON already, joined by commas.</summary>
    public bool TryAck(ulong ackId, ReadOnlyMemory<byte> arguments, IReadOnlyList<ReadOnlyMemory<byte>> attachments) =>
        TrySend(WithAttachments(PacketEncoder.RawAck(Namespace, ackId, arguments, attachments.Count), attachments));

    /// <summary>
    /// Emits an event and waits for the client's acknowledgement. Null when none came in time or the socket is over. Acks arrive in
    /// wire order behind the client's events, so a handler must not wait for one inside <see cref="ISocketHandler.OnEventAsync"/>.
    /// </summary>
    public async Task<IncomingAck?> EmitWithAckAsync<T>(string name, T argument, JsonTypeInfo<T> type, TimeSpan timeout)
    {
        if (_acks.Add() is not var (id, ack))
            return null;
        if (!TrySend(PacketEncoder.Event(Namespace, name, argument, type, id)))
            _acks.Settle(id, null);
        using var timer = _client.Time.CreateTimer(_ => _acks.Settle(id, null), null, timeout, Timeout.InfiniteTimeSpan);
        return await ack;
    }

    /// <summary>Sends DISCONNECT and leaves the namespace (<c>server namespace disconnect</c>); the session and its other namespaces live on.</summary>
    public void Disconnect()
    {
        if (_handler is null || !TryEnd(DisconnectReason.ServerNamespace, out var isIdle))
            return;
        _client.Engine.TrySend(PacketEncoder.Disconnected(Namespace));
        _client.Forget(this);
        if (isIdle)
            ThreadPool.UnsafeQueueUserWorkItem(static socket => _ = socket.NotifyAsync().AsTask(), this, preferLocal: false);
    }

    internal bool Serves(ReadOnlySpan<byte> nsp) => nsp.SequenceEqual(_namespace);

    internal async ValueTask StartAsync(ISocketHandler handler)
    {
        _isHandling = true;
        _handler = handler;
        TrySend(_client.Revision.Connected(Namespace, Id));
        SocketIoMetrics.Sockets.Add(1);
        try
        {
            await handler.OnConnectedAsync();
        }
        finally
        {
            await OnHandledAsync();
        }
    }

    internal async ValueTask DispatchAsync(IncomingEvent e)
    {
        lock (_gate)
        {
            if (_endReason is not null)
                return;
            _isHandling = true;
        }
        SocketIoMetrics.CountEvent();
        try
        {
            await _handler!.OnEventAsync(e);
        }
        finally
        {
            await OnHandledAsync();
        }
    }

    internal void OnAck(ulong id, IncomingAck ack) => _acks.Settle(id, ack);

    /// <summary>The socket leaves its namespace; its handler hears of it once, after what it is busy with.</summary>
    internal ValueTask LeaveAsync(string reason) =>
        TryEnd(reason, out var isIdle) && isIdle ? NotifyAsync() : ValueTask.CompletedTask;

    /// <summary>Ends the socket, once. Whoever ends it notifies its handler if that is idle; otherwise the handler's last call does.</summary>
    private bool TryEnd(string reason, out bool isIdle)
    {
        lock (_gate)
        {
            isIdle = !_isHandling;
            if (_endReason is not null)
                return false;
            _endReason = reason;
        }
        _acks.Fail();
        return true;
    }

    private ValueTask OnHandledAsync()
    {
        lock (_gate)
        {
            _isHandling = false;
            if (_endReason is null)
                return ValueTask.CompletedTask;
        }
        return NotifyAsync();
    }

    private async ValueTask NotifyAsync()
    {
        try
        {
            await _handler!.OnDisconnectedAsync(_endReason!);
        }
#pragma warning disable CA1031 // The last call to a handler: its bug must not keep the session's other sockets from theirs.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _client.Log.HandlerFailed(e, LogId);
        }
        _client.Log.Disconnected(LogId, Namespace, _endReason!);
        SocketIoMetrics.Sockets.Add(-1);
    }

    private static ReadOnlySpan<OutboundPacket> WithAttachments(OutboundPacket head, IReadOnlyList<ReadOnlyMemory<byte>> attachments) =>
        (OutboundPacket[])[head, .. attachments.Select(bytes => new OutboundPacket(bytes.ToArray(), IsBinary: true))];
}
