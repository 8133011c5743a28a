using System.Text;
using System.Threading.Channels;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.SocketIo.Support;

/// <summary>A namespace that notes down what it hears, line by line, and acts as the test scripts it.</summary>
internal sealed class ScriptedNamespace : INamespaceHandler
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Channel<Socket> _sockets = Channel.CreateUnbounded<Socket>();

    /// <summary>Answers a CONNECT instead of accepting it.</summary>
    public Func<string, ValueTask<ConnectReply?>>? OnConnecting { get; set; }

    public Func<Socket, ValueTask>? OnConnected { get; set; }

    /// <summary>Handles an event; the default acks it with its own arguments when asked to.</summary>
    public Func<Socket, IncomingEvent, ValueTask>? OnEvent { get; set; }

    /// <summary>How many calls to one handler overlapped.</summary>
    public int Overlaps => _overlaps;

    private int _overlaps;

    /// <summary>The next thing heard: <c>connect {auth}</c>, <c>event name payload</c>, <c>disconnect reason</c>.</summary>
    public Task<string> HearAsync() => _lines.Reader.ReadAsync().AsTask().WaitAsync(WireServer.Patience);

    /// <summary>The next socket that was accepted.</summary>
    public Task<Socket> SocketAsync() => _sockets.Reader.ReadAsync().AsTask().WaitAsync(WireServer.Patience);

    public IReadOnlyList<string> Unread()
    {
        var unread = new List<string>();
        while (_lines.Reader.TryRead(out var line))
            unread.Add(line);
        return unread;
    }

    public async ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation)
    {
        var text = Encoding.UTF8.GetString(auth.Span);
        _lines.Writer.TryWrite($"connect {text}");
        return (OnConnecting is null ? null : await OnConnecting(text)) ?? ConnectReply.Accept(new Handler(this, socket));
    }

    private sealed class Handler(ScriptedNamespace script, Socket socket) : ISocketHandler
    {
        private int _busy;

        public ValueTask OnConnectedAsync() => AloneAsync(() =>
        {
            script._sockets.Writer.TryWrite(socket);
            return script.OnConnected?.Invoke(socket) ?? ValueTask.CompletedTask;
        });

        // Not async itself: what a script throws must reach the caller as it does from such a handler, not inside a task.
        public ValueTask OnEventAsync(IncomingEvent e)
        {
            script._lines.Writer.TryWrite($"event {e.Name} {Encoding.UTF8.GetString(e.Payload.Span)}");
            return AloneAsync(() => script.OnEvent?.Invoke(socket, e) ?? Acknowledge(e));
        }

        public ValueTask OnDisconnectedAsync(string reason) => AloneAsync(() =>
        {
            script._lines.Writer.TryWrite($"disconnect {reason}");
            return ValueTask.CompletedTask;
        });

        private ValueTask Acknowledge(IncomingEvent e)
        {
            if (e.AckId is { } id)
                socket.TryAck(id, e.Arguments, e.Attachments);
            return ValueTask.CompletedTask;
        }

        private ValueTask AloneAsync(Func<ValueTask> act)
        {
            if (Interlocked.Increment(ref _busy) != 1)
                Interlocked.Increment(ref script._overlaps);
            var acting = ValueTask.CompletedTask;
            try
            {
                acting = act();
            }
            finally
            {
                if (acting.IsCompleted)
                    Interlocked.Decrement(ref _busy);
            }
            return acting.IsCompleted ? acting : AwaitAsync(acting);
        }

        private async ValueTask AwaitAsync(ValueTask acting)
        {
            try
            {
                await acting;
            }
            finally
            {
                Interlocked.Decrement(ref _busy);
            }
        }
    }
}
