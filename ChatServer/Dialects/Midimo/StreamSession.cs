using System.Threading.Channels;
using ChatServer.Chat;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>The fan-out's view of a stream: events wait in a bounded queue until the client takes them.</summary>
/// <param name="end">Ends the stream, from any thread and under any lock.</param>
/// <param name="bound">Events that may wait.</param>
internal sealed class StreamSession(Dialect dialect, Caller caller, Action<ChatError> end, int bound) : Session(dialect, caller)
{
    private static readonly ChatError TooSlow = new(ErrorCode.RateLimited, "The stream was read too slowly");

    private readonly Channel<Frame?> _queue = Channel.CreateBounded<Frame?>(new BoundedChannelOptions(bound) { SingleReader = true });

    public override bool TryDeliver(Frame frame)
    {
        if (_queue.Writer.TryWrite(frame))
            return true;
        End(TooSlow);
        return false;
    }

    public override void End(ChatError reason) => end(reason);

    /// <summary>Lets the reader look again at who is to be heard; a null among the events says so. One that does not fit comes again.</summary>
    public void LookAgain() => _queue.Writer.TryWrite(null);

    /// <summary>The events, in order, until the call is over.</summary>
    public IAsyncEnumerable<Frame?> ReadAllAsync(CancellationToken cancellation) => _queue.Reader.ReadAllAsync(cancellation);
}
