using System.Text;
using System.Threading.Channels;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.Tests.EngineIo.Support;

/// <summary>
/// The engine's handler in most tests: sends every message back and notes down what it heard. A test may put an act of its own in
/// the place of the echo.
/// </summary>
internal sealed class EchoRecorder : IEngineIoHandler
{
    private readonly Channel<Session> _opened = Channel.CreateUnbounded<Session>();

    /// <summary>What to do with a text message instead of echoing it.</summary>
    public Func<Session, string, ValueTask>? OnText { get; init; }

    /// <summary>What to do when a session opens.</summary>
    public Action<EngineIoSocket>? OnOpen { get; init; }

    public static OutboundPacket Text(string text) => new(Encoding.UTF8.GetBytes($"4{text}"));

    public IEngineIoSession Open(EngineIoSocket socket)
    {
        var session = new Session(this, socket);
        OnOpen?.Invoke(socket);
        _opened.Writer.TryWrite(session);
        return session;
    }

    /// <summary>The next session in order of opening.</summary>
    public Task<Session> NextAsync() => _opened.Reader.ReadAsync().AsTask().WaitAsync(WireServer.Patience);

    /// <summary>For a test that looks for another session than the next.</summary>
    public void PutBack(Session session) => _opened.Writer.TryWrite(session);

    internal sealed class Session(EchoRecorder recorder, EngineIoSocket socket) : IEngineIoSession
    {
        private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
        private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _closes;

        public EngineIoSocket Socket => socket;

        /// <summary>How often the session was told that it is over.</summary>
        public int Closes => _closes;

        /// <summary>Why the session ended, once it has.</summary>
        public Task<string> ReasonAsync() => _closed.Task.WaitAsync(WireServer.Patience);

        /// <summary>The next message; binary ones as <c>hex:…</c>.</summary>
        public Task<string> HearAsync() => _heard.Reader.ReadAsync().AsTask().WaitAsync(WireServer.Patience);

        /// <summary>What was heard and not asked for yet.</summary>
        public IReadOnlyList<string> Unread()
        {
            var unread = new List<string>();
            while (_heard.Reader.TryRead(out var message))
                unread.Add(message);
            return unread;
        }

        public ValueTask OnTextAsync(ReadOnlyMemory<byte> text)
        {
            var message = Encoding.UTF8.GetString(text.Span);
            _heard.Writer.TryWrite(message);
            if (recorder.OnText is { } act)
                return act(this, message);
            socket.TrySend(Text(message));
            return ValueTask.CompletedTask;
        }

        public ValueTask OnBinaryAsync(ReadOnlyMemory<byte> bytes)
        {
            _heard.Writer.TryWrite($"hex:{Convert.ToHexString(bytes.Span)}");
            socket.TrySend(new OutboundPacket(bytes.ToArray(), IsBinary: true));
            return ValueTask.CompletedTask;
        }

        public ValueTask OnCloseAsync(CloseReason reason)
        {
            Interlocked.Increment(ref _closes);
            _closed.TrySetResult(reason.Text);
            return ValueTask.CompletedTask;
        }
    }
}
