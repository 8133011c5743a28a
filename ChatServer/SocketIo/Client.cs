using System.Diagnostics.CodeAnalysis;
using System.Text;
using ChatServer.EngineIo;
using ChatServer.SocketIo.Protocol;
using ChatServer.SocketIo.Recovery;
using OutboundPacket = ChatServer.EngineIo.Protocol.OutboundPacket;

namespace ChatServer.SocketIo;

/// <summary>
/// One engine session and its sockets, one for each namespace it has joined. Packets are handled strictly one after another, so a
/// packet behind a CONNECT waits until that is answered.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns ends in OnCloseAsync, which every session reaches.")]
internal sealed class Client : IEngineIoSession
{
    private const string Root = "/";

    private static readonly Packet ImpliedConnect = new(PacketType.Connect, Encoding.UTF8.GetBytes(Root), null, 0, default);
    private static readonly ConnectError InvalidNamespace = new("Invalid namespace", default);
    private static readonly ConnectError TooManyNamespaces = new("Too many namespaces", default);

    private readonly Lock _gate = new();
    private readonly SocketIoServer _server;
    private readonly List<Socket> _sockets = [];
    private readonly ITimer _connectTimer;
    private HashSet<string>? _sentAway;
    private PartialPacket? _partial;
    private int _unwanted;
    private int _refusals;
    private bool _isBroken;

    public Client(SocketIoServer server, EngineIoSocket engine)
    {
        (_server, Engine, Revision) = (server, engine, SocketIoRevision.Over(engine.Revision));
        _connectTimer = Deadline(server.Options.ConnectTimeout, nameof(SocketIoOptions.ConnectTimeout));
    }

    public EngineIoSocket Engine { get; }

    public SocketIoRevision Revision { get; }

    public TimeProvider Time => _server.Time;

    public ILogger Log => _server.Log;

    public ValueTask OnOpenAsync() => Revision.IsImplied(Root) ? ConnectAsync(ImpliedConnect) : ValueTask.CompletedTask;

    public ValueTask OnTextAsync(ReadOnlyMemory<byte> text) => ReadAsync(text, isBinary: false);

    public ValueTask OnBinaryAsync(ReadOnlyMemory<byte> bytes) => _server.Format.HasAttachments ? AttachAsync(bytes) : ReadAsync(bytes, isBinary: true);

    public async ValueTask OnCloseAsync(CloseReason reason)
    {
        _partial?.Dispose();
        await _connectTimer.DisposeAsync();
        Socket[] sockets;
        lock (_gate)
            sockets = [.. _sockets];
        foreach (var socket in sockets)
            await socket.OnSessionClosedAsync(this, reason);
    }

    /// <summary>Queues packets as they are written for all clients. As the engine's, never blocks; false when the session is over.</summary>
    public bool TrySend(params ReadOnlySpan<OutboundPacket> packets) => Engine.TrySend(_server.Format.ToMessages(packets));

    /// <summary>Queues what a client that has come back is to be sent, however much it is.</summary>
    public void Replay(IReadOnlyCollection<RecoverableEvent> missed, OutboundPacket reply) =>
        Engine.TrySendAll(Recovery.Replay.Compose(missed, reply, Engine.RoomInNextBatch, _server.Format));

    /// <summary>The server sent the socket away; packets that were under way to it are passed over.</summary>
    public void Forget(Socket socket)
    {
        lock (_gate)
        {
            _sockets.Remove(socket);
            PassOver(socket.Namespace);
        }
    }

    /// <summary>A socket whose client came back on this session.</summary>
    public void Adopt(Socket socket)
    {
        _connectTimer.Dispose();
        lock (_gate)
        {
            _sockets.Add(socket);
            _sentAway?.Remove(socket.Namespace);
        }
    }

    /// <summary>The client of that socket has come back on another session, so that nobody is at the other end of this one.</summary>
    public void Abandon(Socket socket)
    {
        lock (_gate)
            _sockets.Remove(socket);
        Log.Superseded(Engine.Number);
        Engine.Close(CloseReason.TransportError);
    }

    private ValueTask ReadAsync(ReadOnlyMemory<byte> message, bool isBinary)
    {
        if (_isBroken)
            return ValueTask.CompletedTask;
        if (_partial is not null || _unwanted > 0)
            return Break("a packet came while attachments were due", CloseReason.ForcedClose);
        if (!_server.Format.TryDecode(message, isBinary, _server.Options, Revision, out var packet))
            return Break("a packet could not be decoded", CloseReason.ForcedClose, Limits.MetBy(_server.Format, message, isBinary, _server.Options, Revision));
        if (!ArrayBounds.AreKept(packet, _server.Options, out var limit))
            return Break("an array is too long", CloseReason.ForcedClose, limit);
        if (packet.Type is PacketType.Connect)
            return ConnectAsync(packet);
        if (Find(packet.Namespace.Span) is { } socket)
            return ReceiveAsync(socket, packet);
        if (!WasSentAway(packet.Namespace.Span))
            return Break("a packet came for a namespace that was not joined", CloseReason.ForcedServerClose);
        // Passed over together with the attachments that follow it.
        _unwanted = packet.Attachments;
        return ValueTask.CompletedTask;
    }

    private ValueTask AttachAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_isBroken || _unwanted > 0)
        {
            _unwanted--;
            return ValueTask.CompletedTask;
        }
        if (_partial is not { } partial)
            return Break("an attachment came that was not announced", CloseReason.ForcedClose);
        partial.Add(bytes);
        if (partial.Bytes > _server.Options.MaxAttachmentBytes)
            return Break("the attachments of a packet are too large", CloseReason.ForcedClose, nameof(SocketIoOptions.MaxAttachmentBytes));
        if (!partial.IsComplete)
            return ValueTask.CompletedTask;
        partial.Dispose();
        _partial = null;
        return DispatchAsync(partial.Socket, partial.Packet, partial.EventName, partial.Attachments);
    }

    private async ValueTask ConnectAsync(Packet packet)
    {
        var nsp = Encoding.UTF8.GetString(packet.Namespace.Span);
        if (Find(packet.Namespace.Span) is not null)
            await OnJoinedTwice(nsp);
        else if (Count >= _server.Options.MaxNamespaces)
            await RefuseOneMore(nsp);
        else if (_server.Find(nsp) is not { } space)
            await OnUnserved(nsp);
        else
            await JoinAsync(space, nsp, RecoveryRequest.Read(Revision.Auth(packet)));
    }

    private async ValueTask JoinAsync(INamespaceHandler space, string nsp, RecoveryRequest request)
    {
        var socket = new Socket(_server, this, nsp, _server.Recovery.Applies(space.Recovery, request, Engine));
        var reply = await space.ConnectAsync(socket, request.Auth, Engine.Closed);
        if (reply.Handler is not { } handler)
            await Refuse(nsp, reply.Error!);
        else if (_server.Recoverable.Find(request.Pid, nsp) is not { } former || !await former.TryContinueAsync(this, request.Offset, handler))
            await AcceptAsync(socket, handler);
    }

    private ValueTask OnJoinedTwice(string nsp) =>
        Revision.IsImplied(nsp) ? ValueTask.CompletedTask : Break("a namespace was joined twice", CloseReason.ForcedServerClose);

    private ValueTask RefuseOneMore(string nsp)
    {
        SocketIoMetrics.Limited(nameof(SocketIoOptions.MaxNamespaces));
        return Refuse(nsp, TooManyNamespaces);
    }

    /// <summary>Clients take a refusal of an implied namespace for one of their own; it is told it is there, and what it hears is passed over.</summary>
    private ValueTask OnUnserved(string nsp)
    {
        if (!Revision.IsImplied(nsp))
            return Refuse(nsp, InvalidNamespace);
        PassOver(nsp);
        TrySend(Revision.Connected(nsp, "", pid: null));
        return ValueTask.CompletedTask;
    }

    private ValueTask AcceptAsync(Socket socket, ISocketHandler handler)
    {
        if (Engine.Closed.IsCancellationRequested)
            return ValueTask.CompletedTask;
        Adopt(socket);
        Log.Connected(Engine.Number, socket.Namespace, socket.LogId);
        return socket.StartAsync(handler);
    }

    private ValueTask Refuse(string nsp, ConnectError error)
    {
        Log.Refused(Engine.Number, error.Message);
        TrySend(Revision.Refused(nsp, error));
        if (++_refusals <= _server.Options.MaxRefusals)
            return ValueTask.CompletedTask;
        return Break("too many CONNECTs were refused", CloseReason.ForcedClose, nameof(SocketIoOptions.MaxRefusals));
    }

    private ValueTask ReceiveAsync(Socket socket, Packet packet)
    {
        var name = "";
        if (packet.Type is PacketType.Event && !JsonPayload.TryReadName(packet.Payload.Span, _server.Options.MaxEventNameLength, out name))
            return Break("an event has no name, or one that is reserved or too long", CloseReason.ForcedClose, LimitOfName(packet));
        if (packet.Attachments == 0)
            return DispatchAsync(socket, packet, name, packet.Enclosed ?? []);
        if (!Placeholders.AreWithin(packet.Payload.Span, packet.Attachments, _server.Options.MaxJsonDepth))
            return Break("a placeholder points beyond the attachments", CloseReason.ForcedClose);
        _partial = new PartialPacket(socket, packet, name, Deadline(_server.Options.AttachmentsTimeout, nameof(SocketIoOptions.AttachmentsTimeout)));
        return ValueTask.CompletedTask;
    }

    private ValueTask DispatchAsync(Socket socket, Packet packet, string name, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        switch (packet.Type)
        {
            case PacketType.Event when !socket.Rate.TryTake():
                return Break("events came faster than they may", CloseReason.ForcedClose, nameof(SocketIoOptions.EventsPerSecond));
            case PacketType.Event:
                return socket.DispatchAsync(new IncomingEvent(name, packet.Payload, packet.AckId, attachments) { Arrived = Engine.Arrived });
            case PacketType.Ack:
                if (packet.AckId is { } id)
                    socket.OnAck(id, new IncomingAck(packet.Payload.ToArray(), attachments));
                return ValueTask.CompletedTask;
            case PacketType.Disconnect:
                lock (_gate)
                    _sockets.Remove(socket);
                return socket.LeaveAsync(DisconnectReason.ClientNamespace);
            default:
                return Break("a packet came that only servers send", CloseReason.ForcedServerClose);
        }
    }

    private static string? LimitOfName(in Packet packet) =>
        JsonPayload.TryReadName(packet.Payload.Span, int.MaxValue, out _) ? nameof(SocketIoOptions.MaxEventNameLength) : null;

    /// <summary>Ends a session that broke the protocol; what else has been received of it already is passed over.</summary>
    /// <param name="limit">The option that it met, if that is what it did.</param>
    private ValueTask Break(string problem, CloseReason reason, string? limit = null)
    {
        _isBroken = true;
        if (limit is null)
            Log.Misbehaved(Engine.Number, problem);
        else
            OnLimit(limit);
        Engine.Close(reason);
        return ValueTask.CompletedTask;
    }

    private void OnLimit(string limit)
    {
        Log.Limited(Engine.Number, limit);
        SocketIoMetrics.Limited(limit);
    }

    private Socket? Find(ReadOnlySpan<byte> nsp)
    {
        lock (_gate)
        {
            foreach (var socket in _sockets)
            {
                if (socket.Serves(nsp))
                    return socket;
            }
            return null;
        }
    }

    private int Count
    {
        get
        {
            lock (_gate)
                return _sockets.Count;
        }
    }

    private void PassOver(string nsp)
    {
        lock (_gate)
            (_sentAway ??= new HashSet<string>(StringComparer.Ordinal)).Add(nsp);
    }

    private bool WasSentAway(ReadOnlySpan<byte> nsp)
    {
        lock (_gate)
            return _sentAway?.Contains(Encoding.UTF8.GetString(nsp)) is true;
    }

    /// <summary>Ends the session when the time, in milliseconds, is over before the timer is disposed.</summary>
    private ITimer Deadline(int milliseconds, string limit) => Time.CreateTimer(
        _ => OnLate(limit), null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);

    private void OnLate(string limit)
    {
        if (!Engine.Closed.IsCancellationRequested)
            OnLimit(limit);
        Engine.Close(CloseReason.ForcedServerClose);
    }
}
