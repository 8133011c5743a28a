using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Protocol;

/// <summary>
/// What differs from one Socket.IO revision to another (protocol.md section 13). It follows from the engine's and is chosen when the session
/// opens. Events and acks are the same text in both, so broadcasts are shared.
/// </summary>
internal abstract class SocketIoRevision
{
    public static readonly SocketIoRevision V4 = new SocketIoV4();
    public static readonly SocketIoRevision V5 = new SocketIoV5();

    /// <summary>Engine.IO 3 carries Socket.IO 4, Engine.IO 4 carries Socket.IO 5.</summary>
    public static SocketIoRevision Over(Revision engine) => engine == Revision.V3 ? V4 : V5;

    /// <summary>Whether a namespace is the connection itself: joined unasked, there even if nobody serves it, joined again without harm.</summary>
    public abstract bool IsImplied(string nsp);

    /// <summary>Takes a query off the end of a namespace as received, UTF-8 both; empty when there is none.</summary>
    public abstract ReadOnlyMemory<byte> CutQuery(ref ReadOnlyMemory<byte> nsp);

    /// <summary>What a CONNECT packet says of its sender, as a JSON object.</summary>
    public abstract ReadOnlyMemory<byte> Auth(in Packet packet);

    /// <summary>The id of a new socket, as its client knows it, and what the log may call it.</summary>
    public abstract (string Id, string LogId) Identify(EngineIoSocket engine, string nsp);

    /// <summary>The answer to a CONNECT that succeeded.</summary>
    /// <param name="nsp">The namespace.</param>
    /// <param name="id">The socket's id, as the client is to know it.</param>
    /// <param name="pid">By what the client may come back to the socket; null where it may not.</param>
    public abstract OutboundPacket Connected(string nsp, string id, string? pid);

    /// <summary>The answer to a CONNECT that failed.</summary>
    public abstract OutboundPacket Refused(string nsp, ConnectError error);
}
