using System.Diagnostics.CodeAnalysis;
using ChatServer.EngineIo.Protocol;
using ChatServer.EngineIo.Transports;

namespace ChatServer.EngineIo;

/// <summary>
/// One Engine.IO session: its state, its two bounded queues, the transport it uses at the moment, and the only way to end it.
/// <code>open ──Close(draining)──► closing ──delivered, or out of time──► closed
///   └────────────────────────Close(any other reason)───────────────────►</code>
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns ends in OnClosed, the only way out.")]
public sealed class EngineIoSocket
{
    private readonly Lock _gate = new();
    private readonly EngineIoServer _server;
    private readonly Outbox _outbox;
    private readonly Inbox _inbox;
    private readonly Heartbeat _heartbeat;
    private readonly CancellationTokenSource _closed = new();
    private readonly EngineIoOptions _options;
    private ITransport _transport;
    private State _state = State.Open;
    private CloseReason? _reason;
    private bool _isUpgrading;
    private long _written;

    internal EngineIoSocket(EngineIoServer server, Revision revision, HandshakeInfo handshake, Func<EngineIoSocket, ITransport> transport)
    {
        (_server, _options, Revision, Handshake) = (server, server.Options, revision, handshake);
        Id = EngineIoServer.NewId();
        Number = server.NextNumber();
        _outbox = new Outbox(_options);
        _transport = transport(this);
        _outbox.TryAdd([OpenPacket.Encode(Id, CanUpgrade, _options)]);
        _inbox = new Inbox(_options, OnHandlerFailure);
        _heartbeat = revision.StartHeartbeat(_options, server.Time, packet => TrySend(packet), Expire);
        _inbox.Start(server.Handler.Open(this));
    }

    private enum State
    {
        Open,
        Closing,
        Closed,
    }

    /// <summary>The session id. Whoever knows it can act as the client: never log it, never show it to others.</summary>
    public string Id { get; }

    /// <summary>A number that may be logged.</summary>
    public long Number { get; }

    public Revision Revision { get; }

    public HandshakeInfo Handshake { get; }

    /// <summary>When the message came that the handler is at, as a timestamp of the server's clock: it may have waited for its turn since.</summary>
    public long Arrived => _inbox.Arrived;

    /// <summary>Cancelled when the session is over.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>The current transport's name, <c>polling</c> or <c>websocket</c>.</summary>
    public string TransportName => _transport.Name;

    /// <summary>How many packets would leave together with the next one that is queued: what a client gets as a whole or not at all.</summary>
    public int RoomInNextBatch
    {
        get
        {
            lock (_gate)
                return Math.Max(0, (_transport is PollingTransport ? _options.MaxPacketsPerPoll : _options.OutboundPackets) - _outbox.Count);
        }
    }

    /// <summary>Behind everything queued until now.</summary>
    public QueueMark Mark
    {
        get
        {
            lock (_gate)
                return new QueueMark(this, _outbox.Added);
        }
    }

    /// <summary>Packets that the transport has written so far.</summary>
    internal long Written => Interlocked.Read(ref _written);

    internal ITransport Transport => _transport;

    internal bool IsOverdue => _heartbeat.IsOverdue;

    /// <summary>Whether nothing more is read from this client until its handler has caught up.</summary>
    internal bool IsReadingPaused => _inbox.IsFull;

    internal bool IsClosed => _state is State.Closed;

    private bool CanUpgrade => _options.AllowUpgrades && _transport is PollingTransport;

    /// <summary>Queues packets as one: no other message packet comes between them. Never blocks. False when the session is over,
    /// or when its queue is full, which ends it with <see cref="CloseReason.SlowConsumer"/>.</summary>
    public bool TrySend(params ReadOnlySpan<OutboundPacket> packets)
    {
        bool isTaken, isUrgent;
        ITransport transport;
        lock (_gate)
        {
            if (_state is not State.Open)
                return false;
            isTaken = _outbox.TryAdd(packets);
            isUrgent = _outbox.IsHalfFull;
            transport = _transport;
        }
        if (isTaken)
        {
            transport.Wake(isUrgent);
            return true;
        }
        OnLimit(nameof(EngineIoOptions.OutboundPackets));
        Close(CloseReason.SlowConsumer);
        return false;
    }

    /// <summary>As <see cref="TrySend"/>, for packets whose number somebody else has bounded: a full queue takes them, and they do not fill it.</summary>
    public bool TrySendAll(ReadOnlySpan<OutboundPacket> packets)
    {
        ITransport transport;
        lock (_gate)
        {
            if (_state is not State.Open)
                return false;
            _outbox.AddBeyond(packets);
            transport = _transport;
        }
        transport.Wake(isUrgent: true);
        return true;
    }

    /// <summary>
    /// Ends the session. Never blocks and never runs a handler on the caller's thread, so it may be called under locks. A second
    /// call changes nothing, except that an ending which does not drain overtakes one that does.
    /// </summary>
    public void Close(CloseReason reason)
    {
        ITransport transport;
        lock (_gate)
        {
            if (_state is State.Closed || (_state is State.Closing && reason.Drains))
                return;
            _reason ??= reason;
            transport = _transport;
            _state = reason.Drains ? State.Closing : State.Closed;
            if (_state is State.Closed)
                _outbox.Clear();
        }
        if (reason.Drains)
        {
            _heartbeat.CountDown(transport.DrainLimit);
            transport.Wake();
        }
        else
        {
            OnClosed(transport);
        }
    }

    /// <summary>The client met a limit; what comes of that is the caller's to do.</summary>
    /// <param name="limit">The option that set it; of the outbound queue's two, the one that names both.</param>
    internal void OnLimit(string limit)
    {
        _server.Log.Limited(Number, limit);
        EngineIoMetrics.Limited(limit);
    }

    /// <summary>Handles one packet. The task completes when there is room for another; the packet's array is this socket's from now on.</summary>
    internal ValueTask ReceiveAsync(Inbound inbound)
    {
        if (_state is State.Open)
        {
            switch (inbound.Packet.Type)
            {
                case PacketType.Message:
                    _heartbeat.OnPacket();
                    return _inbox.PostAsync(inbound with { Arrived = _server.Time.GetTimestamp() });
                case PacketType.Close:
                    Close(CloseReason.TransportClose);
                    break;
                case var type when type == _heartbeat.Beat:
                    _heartbeat.OnBeat();
                    break;
                case PacketType.Ping or PacketType.Pong:
                    Close(CloseReason.TransportError);
                    break;
                default:
                    _heartbeat.OnPacket();
                    break;
            }
        }
        inbound.Return();
        return ValueTask.CompletedTask;
    }

    /// <summary>Moves queued packets to <paramref name="batch"/> and says what the transport is to do next.</summary>
    internal TakeResult Take(ITransport taker, List<OutboundPacket> batch, int max)
    {
        lock (_gate)
        {
            if (_state is State.Closed)
                return _reason!.Farewell;
            if (taker != _transport)
                return TakeResult.Replaced;
            if (!_outbox.IsEmpty)
            {
                _outbox.MoveTo(batch, max);
                return TakeResult.Taken;
            }
            return _state is State.Closing ? TakeResult.Drained : TakeResult.Empty;
        }
    }

    /// <summary>The transport has written that many of the packets it took.</summary>
    internal void OnWritten(int count) => Interlocked.Add(ref _written, count);

    /// <summary>The transport has delivered everything a closing session had queued.</summary>
    internal void OnDrained()
    {
        ITransport transport;
        lock (_gate)
        {
            if (_state is not State.Closing)
                return;
            _state = State.Closed;
            transport = _transport;
        }
        OnClosed(transport);
    }

    /// <summary>Reserves the session for one candidate WebSocket; false when it has one, is no longer polling, or never was.</summary>
    internal bool TryBeginUpgrade([NotNullWhen(true)] out PollingTransport? polling)
    {
        lock (_gate)
        {
            polling = _state is State.Open && CanUpgrade && !_isUpgrading ? _transport as PollingTransport : null;
            _isUpgrading |= polling is not null;
        }
        polling?.BeginUpgrade();
        return polling is not null;
    }

    /// <summary>The candidate is gone; the session goes on polling and another may be tried.</summary>
    internal void AbandonUpgrade(PollingTransport polling)
    {
        polling.EndUpgrade();
        lock (_gate)
            _isUpgrading = false;
    }

    /// <summary>Makes the candidate the transport; what is queued leaves on it from now on. False when the session ended meanwhile.</summary>
    internal bool TryCompleteUpgrade(ITransport candidate)
    {
        ITransport former;
        lock (_gate)
        {
            if (_state is State.Closed)
                return false;
            (former, _transport) = (_transport, candidate);
            _isUpgrading = false;
        }
        former.Close();
        candidate.Wake();
        _server.Log.Upgraded(Number);
        return true;
    }

    /// <summary>The heartbeat's deadline has passed.</summary>
    internal void Expire()
    {
        if (_state is State.Open && IsReadingPaused)
            _heartbeat.Forgive();
        else
            Close(CloseReason.PingTimeout);
    }

    private void OnClosed(ITransport transport)
    {
        _server.Remove(this);
        _heartbeat.Dispose();
        transport.Close();
        _inbox.Complete(_reason!);
        // Whoever waits on the token resumes on a thread of the pool, not here.
        _ = _closed.CancelAsync();
        _server.Log.Closed(Number, _reason!);
        EngineIoMetrics.Closed(_reason!);
    }

    private void OnHandlerFailure(Exception e)
    {
        _server.Log.HandlerFailed(e, Number);
        Close(CloseReason.ForcedClose);
    }
}
