namespace ChatServer.EngineIo;

/// <summary>
/// Hands one session's messages to its handler, one at a time and in wire order, and its end after the last of them. Whoever
/// posts runs the handler as far as it goes without waiting; when it waits, say for the database, the poster goes on reading and
/// later messages queue here. So a pong never waits for a query, and a quick handler costs no hop to another thread.
/// </summary>
internal sealed class Inbox(EngineIoOptions options, Action<Exception> onFailure)
{
    private readonly Lock _gate = new();
    private readonly Queue<Inbound> _waiting = new();
    private IEngineIoSession? _session;
    private TaskCompletionSource? _room;
    private CloseReason? _end;
    private long _bytes;

    /// <summary>Whether someone runs the handler. Nobody may before <see cref="Start"/>.</summary>
    private bool _isBusy = true;

    private enum Next
    {
        Message,
        Nothing,
        End,
    }

    /// <summary>When the message came that the handler is at, which may be long before its turn.</summary>
    public long Arrived { get; private set; }

    /// <summary>Whether the poster is made to wait, and so nothing more is read from this client.</summary>
    public bool IsFull => _room is not null;

    /// <summary>From now on messages go to <paramref name="session"/>.</summary>
    public void Start(IEngineIoSession session)
    {
        _session = session;
        _ = OpenAsync();
    }

    /// <summary>Takes the message over. The task completes when there is room for another.</summary>
    public ValueTask PostAsync(Inbound message)
    {
        lock (_gate)
        {
            if (_end is not null)
            {
                message.Return();
                return ValueTask.CompletedTask;
            }
            if (_isBusy)
            {
                _waiting.Enqueue(message);
                _bytes += message.Length;
                return HasRoom ? ValueTask.CompletedTask : new ValueTask(WaitForRoom());
            }
            _isBusy = true;
        }
        // Its failures are caught where they happen; it ends with the session at the latest.
        _ = WorkAsync(message);
        return ValueTask.CompletedTask;
    }

    /// <summary>The session is over: the messages taken so far are handled, then the handler hears of it. Never on the caller's thread.</summary>
    public void Complete(CloseReason reason)
    {
        lock (_gate)
        {
            _end = reason;
            // Whoever waits to post goes on, and posts in vain: a handler that hangs must not keep the connection.
            AnnounceRoom();
            if (_isBusy)
                return;
            _isBusy = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static inbox => _ = inbox.EndAsync(), this, preferLocal: false);
    }

    private bool HasRoom => _waiting.Count < options.InboundMessages && _bytes < options.InboundBytes;

    private Task WaitForRoom() => (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void AnnounceRoom()
    {
        _room?.SetResult();
        _room = null;
    }

    private async Task WorkAsync(Inbound message)
    {
        await HandleAsync(message);
        await ContinueAsync();
    }

    private async Task ContinueAsync()
    {
        Next next;
        while ((next = TakeNext(out var message)) is Next.Message)
            await HandleAsync(message);
        if (next is Next.End)
            await EndAsync();
    }

    private async ValueTask HandleAsync(Inbound message)
    {
        Arrived = message.Arrived;
        try
        {
            await (message.Packet.IsBinary ? _session!.OnBinaryAsync(message.Packet.Data) : _session!.OnTextAsync(message.Packet.Data));
        }
#pragma warning disable CA1031 // The one catch-all of this door: a handler's bug ends its session and nothing else.
        catch (Exception e)
#pragma warning restore CA1031
        {
            onFailure(e);
        }
        finally
        {
            message.Return();
        }
    }

    private Next TakeNext(out Inbound message)
    {
        lock (_gate)
        {
            var isAny = _waiting.TryDequeue(out message);
            _bytes -= message.Length;
            if (HasRoom)
                AnnounceRoom();
            // Once the end is taken the inbox stays busy for good, so that nobody announces it twice.
            _isBusy = isAny || _end is not null;
            return isAny ? Next.Message : _isBusy ? Next.End : Next.Nothing;
        }
    }

    private async Task OpenAsync()
    {
        await TellAsync(static (session, _) => session.OnOpenAsync());
        await ContinueAsync();
    }

    private Task EndAsync() => TellAsync(static (session, end) => session.OnCloseAsync(end!));

    private async Task TellAsync(Func<IEngineIoSession, CloseReason?, ValueTask> call)
    {
        try
        {
            await call(_session!, _end);
        }
#pragma warning disable CA1031 // As above; at the end, the session is over already.
        catch (Exception e)
#pragma warning restore CA1031
        {
            onFailure(e);
        }
    }
}
