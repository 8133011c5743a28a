using System.Collections.Concurrent;

namespace ChatServer.SocketIo.Recovery;

/// <summary>
/// The sockets of one server that use recovery, by their private ids, and among them those that linger: their session broke, and
/// their client may come back for a while. Bounded in number; the oldest give way.
/// </summary>
internal sealed class RecoverableSockets(SocketIoOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Socket> _byPid = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly LinkedList<(Socket Socket, ITimer Timer)> _lingering = new();
    private readonly Dictionary<Socket, LinkedListNode<(Socket Socket, ITimer Timer)>> _nodes = [];
    private bool _isStopped;

    public int Count => _byPid.Count;

    public int LingeringCount
    {
        get
        {
            lock (_gate)
                return _nodes.Count;
        }
    }

    public void Add(string pid, Socket socket) => _byPid[pid] = socket;

    public void Remove(string pid) => _byPid.TryRemove(pid, out _);

    public Socket? Find(string? pid, string nsp) =>
        pid is not null && _byPid.TryGetValue(pid, out var socket) && socket.Namespace == nsp ? socket : null;

    /// <summary>Lets a socket wait for its client; false when the server stops.</summary>
    public bool TryLinger(Socket socket)
    {
        Socket? oldest = null;
        lock (_gate)
        {
            if (_isStopped)
                return false;
            var timer = time.CreateTimer(static lost => ((Socket)lost!).GiveUp(), socket, TimeSpan.FromMilliseconds(options.MaxDisconnectionDuration), Timeout.InfiniteTimeSpan);
            _nodes.Add(socket, _lingering.AddLast((socket, timer)));
            if (_nodes.Count > options.MaxLingering)
                oldest = _lingering.First!.Value.Socket;
        }
        oldest?.GiveUp();
        return true;
    }

    /// <summary>The client is back, or is waited for no longer.</summary>
    public void EndLinger(Socket socket)
    {
        lock (_gate)
        {
            if (!_nodes.Remove(socket, out var node))
                return;
            node.Value.Timer.Dispose();
            _lingering.Remove(node);
        }
    }

    /// <summary>Nobody is waited for any longer.</summary>
    public void Stop()
    {
        Socket[] lost;
        lock (_gate)
        {
            _isStopped = true;
            lost = [.. _nodes.Keys];
        }
        foreach (var socket in lost)
            socket.GiveUp();
    }
}
