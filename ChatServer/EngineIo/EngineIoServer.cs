using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ChatServer.EngineIo.Protocol;
using ChatServer.EngineIo.Transports;

namespace ChatServer.EngineIo;

/// <summary>The sessions of one listener, by their secret id.</summary>
public sealed class EngineIoServer(
    IEngineIoHandler handler, EngineIoOptions options, TimeProvider time, ILogger<EngineIoServer> logger, EngineIoHooks? hooks = null)
{
    /// <summary>15 random bytes are the 20 characters of URL-safe base64 that the reference server uses.</summary>
    private const int IdBytes = 15;

    private readonly ConcurrentDictionary<string, EngineIoSocket> _sockets = new(StringComparer.Ordinal);
    private long _lastNumber;
    private volatile bool _isStopping;

    /// <summary>How many sessions there are.</summary>
    public int Count => _sockets.Count;

    /// <summary>Whether new handshakes are turned away because the server stops.</summary>
    public bool IsStopping => _isStopping;

    internal IEngineIoHandler Handler => handler;

    internal EngineIoOptions Options => options;

    internal EngineIoHooks Hooks { get; } = hooks ?? EngineIoHooks.None;

    internal TimeProvider Time => time;

    internal Admission Admission { get; } = new(options);

    internal ILogger Log => logger;

    /// <summary>Ends every session; those that still try to open find the server stopping.</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var socket in _sockets.Values)
            socket.Close(CloseReason.ServerShuttingDown);
        handler.Stop();
    }

    internal EngineIoSocket Open(Revision revision, HandshakeInfo handshake, Func<EngineIoSocket, ITransport> transport)
    {
        var socket = new EngineIoSocket(this, revision, handshake, transport);
        _sockets[socket.Id] = socket;
        Admission.Enter(handshake.Address);
        Log.Opened(socket.Number, socket.TransportName);
        EngineIoMetrics.Sessions.Add(1);
        // Whatever ended it before it could be found, such as a handler that closed it at once, ends it here as well.
        if (socket.IsClosed)
            Remove(socket);
        else if (_isStopping)
            socket.Close(CloseReason.ServerShuttingDown);
        return socket;
    }

    /// <summary>Finds a session that is alive: one whose deadline has just passed is ended here rather than found.</summary>
    internal bool TryFind(string sid, [NotNullWhen(true)] out EngineIoSocket? socket)
    {
        if (_sockets.TryGetValue(sid, out socket) && socket.IsOverdue)
        {
            socket.Expire();
            return _sockets.TryGetValue(sid, out socket);
        }
        return socket is not null;
    }

    internal void Remove(EngineIoSocket socket)
    {
        if (_sockets.TryRemove(socket.Id, out _))
            Admission.Leave(socket.Handshake.Address);
    }

    internal long NextNumber() => Interlocked.Increment(ref _lastNumber);

    internal static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
}
