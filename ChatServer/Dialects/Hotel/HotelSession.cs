using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Hotel;

/// <summary>The fan-out's view of one socket of this dialect.</summary>
internal abstract class HotelSession(Dialect dialect, Caller caller, MessageSocket socket) : Session(dialect, caller)
{
    private readonly Lock _sending = new();
    private List<Frame>? _heldBack;
    private HashSet<string>? _replayed;

    public MessageSocket Socket { get; } = socket;

    /// <summary>Whether the client knows more than the documented frames, acknowledgments above all (contracts S3-2).</summary>
    public bool KnowsAll { get; init; }

    public override bool TryDeliver(Frame frame)
    {
        lock (_sending)
        {
            if (_heldBack is not null)
            {
                _heldBack.Add(frame);
                return true;
            }
            return (frame.Offset is { } offset && _replayed?.Contains(offset) is true) || Socket.TrySend(frame.Bytes);
        }
    }

    /// <summary>Sends to this client alone.</summary>
    public bool TrySend<T>(T frame, JsonTypeInfo<T> type) => Socket.TrySend(JsonSerializer.SerializeToUtf8Bytes(frame, type));

    /// <summary>From now on frames wait, until <see cref="Replay"/>.</summary>
    public void HoldBack() => _heldBack = [];

    /// <summary>Sends what was missed, then what came meanwhile, each message once.</summary>
    public void Replay(IReadOnlyList<Frame> missed)
    {
        lock (_sending)
        {
            _replayed = [.. missed.Select(frame => frame.Offset).OfType<string>()];
            foreach (var frame in missed)
                Socket.TrySend(frame.Bytes);
            var heldBack = _heldBack ?? [];
            _heldBack = null;
            foreach (var frame in heldBack)
                TryDeliver(frame);
        }
    }

    /// <summary>An <c>error</c> frame with the reason, then a close by which clients do not think the network failed.</summary>
    public override void End(ChatError reason)
    {
        Socket.TrySend(HotelErrors.ToFrame(reason));
        Socket.Close(MessageSocketClose.PolicyViolation);
    }

    /// <summary>Whether this socket may say anything about a conversation that its user may enter.</summary>
    public abstract bool Covers(Conversation conversation);
}
