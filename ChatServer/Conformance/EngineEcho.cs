using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.Conformance;

/// <summary>Sends every Engine.IO message back as it came.</summary>
internal sealed class EngineEcho : IEngineIoHandler
{
    public IEngineIoSession Open(EngineIoSocket socket) => new Session(socket);

    private sealed class Session(EngineIoSocket socket) : IEngineIoSession
    {
        public ValueTask OnTextAsync(ReadOnlyMemory<byte> text)
        {
            socket.TrySend(new OutboundPacket((byte[])[(byte)'4', .. text.Span]));
            return ValueTask.CompletedTask;
        }

        public ValueTask OnBinaryAsync(ReadOnlyMemory<byte> bytes)
        {
            socket.TrySend(new OutboundPacket(bytes.ToArray(), IsBinary: true));
            return ValueTask.CompletedTask;
        }

        public ValueTask OnCloseAsync(CloseReason reason) => ValueTask.CompletedTask;
    }
}
