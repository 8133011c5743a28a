namespace ChatServer.SocketIo;

/// <summary>The events of one socket that wait for the client's acknowledgement, by id; bounded in number.</summary>
internal sealed class PendingAcks(int max)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, TaskCompletionSource<IncomingAck?>> _waiting = [];
    private bool _isOver;

    /// <summary>The first is 1: a client that asks whether there is an id by <c>if (packet.id)</c> passes 0 over.</summary>
    private ulong _nextId = 1;

    /// <summary>Reserves an id. Null when the socket is over or too many acks are being waited for.</summary>
    public (ulong Id, Task<IncomingAck?> Ack)? Add()
    {
        lock (_gate)
        {
            if (_isOver || _waiting.Count >= max)
                return null;
            var ack = new TaskCompletionSource<IncomingAck?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(_nextId, ack);
            return (_nextId++, ack.Task);
        }
    }

    /// <summary>Settles what waits under the id; unknown and repeated ids change nothing. Null means that no answer will come.</summary>
    public void Settle(ulong id, IncomingAck? ack)
    {
        TaskCompletionSource<IncomingAck?>? waiting;
        lock (_gate)
            _waiting.Remove(id, out waiting);
        waiting?.SetResult(ack);
    }

    /// <summary>The socket is over: nothing that waits will be answered.</summary>
    public void Fail()
    {
        lock (_gate)
            _isOver = true;
        FailAll();
    }

    /// <summary>The connection broke: nothing that waits now will be answered.</summary>
    public void FailAll()
    {
        ulong[] ids;
        lock (_gate)
            ids = [.. _waiting.Keys];
        foreach (var id in ids)
            Settle(id, null);
    }
}
