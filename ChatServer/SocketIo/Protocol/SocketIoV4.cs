using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Protocol;

/// <summary>
/// Socket.IO 4, of clients before 3.0: <c>/</c> is joined on opening, auth is a query behind the name, ids are made of the session's.
/// <code>
/// S> 40                          C> 40/admin?token=1,      S> 40/admin,
/// C> 40/refuse,                  S> 44/refuse,"nope"       or the error's data instead of its message
/// </code>
/// </summary>
internal sealed class SocketIoV4 : SocketIoRevision
{
    private const string Root = "/";

    public override bool IsImplied(string nsp) => nsp is Root;

    public override ReadOnlyMemory<byte> CutQuery(ref ReadOnlyMemory<byte> nsp)
    {
        var mark = nsp.Span.IndexOf((byte)'?');
        if (mark < 0)
            return default;
        var query = nsp[(mark + 1)..];
        nsp = nsp[..mark];
        return query;
    }

    /// <summary>A payload would be ignored by the reference server, too.</summary>
    public override ReadOnlyMemory<byte> Auth(in Packet packet) => QueryAuth.ToJson(packet.Query.Span);

    /// <summary>The client makes the same id from the engine's, which is a secret: the log knows it by the session's number.</summary>
    public override (string Id, string LogId) Identify(EngineIoSocket engine, string nsp) =>
        (nsp is Root ? engine.Id : $"{nsp}#{engine.Id}", $"{nsp}#{engine.Number}");

    public override OutboundPacket Connected(string nsp, string id, string? pid) => PacketEncoder.Connected(nsp);

    public override OutboundPacket Refused(string nsp, ConnectError error) =>
        PacketEncoder.RefusedBare(nsp, error);
}
