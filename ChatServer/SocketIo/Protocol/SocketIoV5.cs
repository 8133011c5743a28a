using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Protocol;

/// <summary>Socket.IO 5: nothing is joined unasked, auth is a payload, ids are random and told to the client.</summary>
internal sealed class SocketIoV5 : SocketIoRevision
{
    private static readonly byte[] NoAuth = "{}"u8.ToArray();

    public override bool IsImplied(string nsp) => false;

    /// <summary>Names are compared literally: <c>/admin?x=1</c> is another one.</summary>
    public override ReadOnlyMemory<byte> CutQuery(ref ReadOnlyMemory<byte> nsp) => default;

    public override ReadOnlyMemory<byte> Auth(in Packet packet) => packet.Payload.IsEmpty ? NoAuth : packet.Payload;

    public override (string Id, string LogId) Identify(EngineIoSocket engine, string nsp)
    {
        var id = SocketIoServer.NewId();
        return (id, id);
    }

    public override OutboundPacket Connected(string nsp, string id, string? pid) => PacketEncoder.Connected(nsp, id, pid);

    public override OutboundPacket Refused(string nsp, ConnectError error) => PacketEncoder.Refused(nsp, error);
}
