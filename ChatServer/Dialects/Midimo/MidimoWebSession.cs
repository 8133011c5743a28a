using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>The fan-out's view of one direct WebSocket.</summary>
/// <param name="token">By which it was opened; what it allows is asked again for every frame.</param>
internal sealed class MidimoWebSession(Dialect dialect, Caller caller, MidimoToken token, MessageSocket socket) : Session(dialect, caller)
{
    public MessageSocket Socket { get; } = socket;

    public MidimoToken Token { get; } = token;

    public override bool TryDeliver(Frame frame) => Socket.TrySend(frame.Bytes);

    /// <summary>Sends to this client alone.</summary>
    public void Send<T>(string type, T data, JsonTypeInfo<FrameOut<T>> info) => Socket.TrySend(JsonSerializer.SerializeToUtf8Bytes(new FrameOut<T>(type, data), info));

    /// <summary>An <c>error</c> frame with the reason, then a close by which clients do not think the network failed.</summary>
    public override void End(ChatError reason)
    {
        Socket.TrySend(MidimoWebErrors.ToFrame(reason));
        Socket.Close(MessageSocketClose.PolicyViolation);
    }
}
