namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// What differs from one Engine.IO revision to another. Chosen once, at the handshake, and kept by the session; nothing else asks
/// for the number.
/// </summary>
public abstract class Revision
{
    public static readonly Revision V3 = new RevisionV3();
    public static readonly Revision V4 = new RevisionV4();

    private protected Revision()
    {
    }

    /// <summary>The value of the <c>EIO</c> query key.</summary>
    public abstract string Name { get; }

    /// <summary>How many packets may share the first answer of a polling session with the open packet, that one included.</summary>
    internal abstract int PacketsAtOpening { get; }

    /// <summary>The form of a posted body; null when this revision does not read the content type.</summary>
    /// <param name="contentType">The request's; clients leave it out, or say what they like.</param>
    /// <param name="jsonpIndex">The request's <c>j</c>, if it comes from a script tag.</param>
    internal abstract PayloadForm? FindForm(string? contentType, string? jsonpIndex);

    /// <summary>The form of an answer to a poll.</summary>
    /// <param name="packets">What is to be in it.</param>
    /// <param name="takesBinary">Whether the client said at the handshake that it can read raw bytes.</param>
    /// <param name="jsonpIndex">The request's <c>j</c>, if it comes from a script tag.</param>
    internal abstract PayloadForm ChooseForm(IReadOnlyList<OutboundPacket> packets, bool takesBinary, string? jsonpIndex);

    /// <summary>Reads the packet of one WebSocket message.</summary>
    internal abstract bool TryDecodeMessage(ReadOnlyMemory<byte> message, bool isBinary, out Packet packet);

    /// <summary>Makes of each packet what its WebSocket message is to hold.</summary>
    internal abstract void ToMessages(List<OutboundPacket> packets, bool takesBinary);

    /// <summary>Starts the heartbeat of a session that has just opened.</summary>
    /// <param name="send">Sends a packet of the heartbeat. Called from any thread.</param>
    /// <param name="expire">The deadline passed. Called from a timer's thread.</param>
    internal abstract Heartbeat StartHeartbeat(EngineIoOptions options, TimeProvider time, Action<OutboundPacket> send, Action expire);

    /// <summary>The revision a query names; null when it is none of ours, or missing.</summary>
    internal static Revision? Find(string? name, EngineIoOptions options) =>
        name == V4.Name ? V4 : name == V3.Name && options.AllowEio3 ? V3 : null;
}
