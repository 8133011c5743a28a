using ChatServer.Chat;
using ChatServer.Chat.Messages;
using ChatServer.EngineIo;

namespace ChatServer.Dialects.Restaurant;

/// <summary>
/// Messages said on a socket that may not have heard them back yet. The Flutter client waits 900 ms for its own message and then
/// says it again by REST, without a key (contracts S0-12): such a post is the same message. Once the message had left for that socket, the
/// same words are a message of their own.
/// </summary>
internal sealed class UnheardSends(TimeProvider time)
{
    /// <summary>How long after the first time words may be the same message.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Queue<UnheardSend> _inOrder = new();
    private readonly Dictionary<(UserId Sender, string Content), List<UnheardSend>> _sends = [];

    /// <summary>Messages that are remembered: those of the last seconds, which the rate limit bounds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _sends.Values.Sum(same => same.Count);
        }
    }

    /// <summary>Remembers what is about to be said on a socket. To be disposed of when that is settled, one way or the other.</summary>
    public UnheardSend Begin(UserId sender, string content)
    {
        var send = new UnheardSend(this, sender, content, time.GetTimestamp());
        lock (_lock)
        {
            ForgetOld();
            _inOrder.Enqueue(send);
            if (!_sends.TryGetValue((sender, content), out var same))
                _sends[(sender, content)] = same = [];
            same.Add(send);
        }
        return send;
    }

    /// <summary>
    /// The message of which a post is the repeat, each at most once; null when the post is a message of its own. Waits for one that is still
    /// being stored.
    /// </summary>
    public async Task<Message?> TakeAsync(UserId sender, ConversationId conversation, string content, CancellationToken cancellation)
    {
        foreach (var send in Unheard(sender, content))
        {
            if (send.IsElsewhere(conversation))
                continue;
            if (await send.Stored.WaitAsync(cancellation) is { } message && message.ConversationId == conversation && send.TryTake())
                return message;
        }
        return null;
    }

    internal void Forget(UnheardSend send)
    {
        lock (_lock)
            Remove(send);
    }

    private UnheardSend[] Unheard(UserId sender, string content)
    {
        lock (_lock)
        {
            ForgetOld();
            return _sends.TryGetValue((sender, content), out var same) ? [.. same.Where(send => !send.IsHeard)] : [];
        }
    }

    private void ForgetOld()
    {
        while (_inOrder.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) > Window)
            Remove(_inOrder.Dequeue());
    }

    private void Remove(UnheardSend send)
    {
        var key = (send.Sender, send.Content);
        if (_sends.TryGetValue(key, out var same) && same.Remove(send) && same.Count == 0)
            _sends.Remove(key);
    }
}

/// <summary>One message on its way into the log, by the socket that said it.</summary>
internal sealed class UnheardSend(UnheardSends owner, UserId sender, string content, long since) : IDisposable
{
    private readonly TaskCompletionSource<Message?> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConversationId? _conversation;
    private QueueMark? _echo;
    private int _isTaken;

    public UserId Sender { get; } = sender;

    public string Content { get; } = content;

    /// <summary>When it came, as a timestamp.</summary>
    public long Since { get; } = since;

    /// <summary>The message, once it is stored; null when it was not.</summary>
    public Task<Message?> Stored => _stored.Task;

    /// <summary>Whether its echo has left for the socket, or another post was taken for it already.</summary>
    public bool IsHeard => Volatile.Read(ref _isTaken) != 0 || (_stored.Task.IsCompleted && _echo is { IsWritten: true });

    /// <summary>Where it is going, as soon as that is known.</summary>
    public void GoesTo(ConversationId conversation)
    {
        lock (_stored)
            _conversation = conversation;
    }

    public bool IsElsewhere(ConversationId conversation)
    {
        lock (_stored)
            return _conversation is { } known && known != conversation;
    }

    /// <summary>It is stored, and the socket is about to hear it: said before that, so that no client can have heard it of a send that is not settled.</summary>
    /// <param name="message">As stored.</param>
    /// <param name="echo">The next place in the socket's queue; null when the socket has no connection.</param>
    public void Settle(Message message, QueueMark? echo)
    {
        _echo = echo;
        _stored.TrySetResult(message);
    }

    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>Without a <see cref="Settle"/> before, it was not stored, and nothing is its repeat.</summary>
    public void Dispose()
    {
        if (_stored.TrySetResult(null))
            owner.Forget(this);
    }
}
