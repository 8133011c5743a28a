using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Recovery;

/// <summary>
/// The way from a socket to its client. With recovery it may break and be taken up on another session, and nothing is lost between:
/// <code>attached ──Detach──► detached ──TryMove──► attached        attached ──TryMove──► attached (the old session was half open)
///     └──────────End──────────┴──► over</code>
/// </summary>
/// <param name="client">The session that the socket begins on.</param>
/// <param name="sent">What can be sent again; null without recovery.</param>
internal sealed class Line(Client client, SentEvents? sent)
{
    private readonly Lock _gate = new();
    private volatile Client? _client = client;
    private volatile bool _isOver;

    public bool CanRecover => sent is not null;

    /// <summary>Whether no session holds the socket.</summary>
    public bool IsDetached => _client is null;

    public QueueMark? QueueMark => _client?.Engine.Mark;

    /// <summary>Sends packets that are worth nothing later, such as acknowledgements.</summary>
    public bool TrySend(params ReadOnlySpan<OutboundPacket> packets) => _client is { } client && !_isOver && client.TrySend(packets);

    /// <summary>Sends an event now, or keeps it until the client is back. False when the socket is over, or what it keeps has grown too much.</summary>
    public bool TrySend(in RecoverableEvent e)
    {
        if (sent is null)
            return !_isOver && _client is { } only && TrySend(only, e);
        lock (_gate)
        {
            if (_isOver)
                return false;
            // A session that is over, or ends because of this, is about to be detached: the event is kept for the next.
            var isSent = _client is { } client && TrySend(client, e);
            return sent.TryAdd(e, isSent) || _client is not null;
        }
    }

    /// <summary>The session is gone; false when the socket is on another one by now.</summary>
    public bool TryDetach(Client from)
    {
        lock (_gate)
        {
            if (_client != from || _isOver)
                return false;
            _client = null;
            return true;
        }
    }

    /// <summary>Takes the socket to another session and sends what its client has missed. False when that cannot be made good.</summary>
    /// <param name="to">The session on which the client came back.</param>
    /// <param name="offset">What it has heard.</param>
    /// <param name="reply">The CONNECT reply.</param>
    /// <param name="former">The session that held the socket until now, if one did.</param>
    public bool TryMove(Client to, string? offset, OutboundPacket reply, out Client? former)
    {
        lock (_gate)
        {
            former = _client;
            if (_isOver || sent is null || !sent.TryFindAfter(offset, out var missed))
                return false;
            sent.MarkSent();
            _client = to;
            to.Replay(missed, reply);
            return true;
        }
    }

    /// <summary>Nothing is sent or taken up again from now on; the session that held it, if one did.</summary>
    public Client? End()
    {
        lock (_gate)
        {
            _isOver = true;
            sent?.Clear();
            return _client;
        }
    }

    /// <summary>As <see cref="End"/>, when it is on that session; null stands for none.</summary>
    public bool TryEnd(Client? on)
    {
        lock (_gate)
        {
            if (_client != on || _isOver)
                return false;
            End();
            return true;
        }
    }

    private static bool TrySend(Client client, in RecoverableEvent e) =>
        e.Attachments is null ? client.TrySend(e.Head) : client.TrySend(e.Packets);
}
