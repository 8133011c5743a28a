using System.Buffers;

namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// What differs from one Engine.IO revision to another. Chosen once, at the handshake, and kept by the session; nothing else asks
/// for the number.
/// </summary>
public abstract class Revision
{
    public static readonly Revision V4 = new RevisionV4();

    private Revision()
    {
    }

    /// <summary>The value of the <c>EIO</c> query key.</summary>
    public abstract string Name { get; }

    /// <summary>The content type of a request body this revision reads as text; null accepts any but the binary one.</summary>
    internal abstract bool Accepts(string? contentType);

    internal abstract bool TryDecodePayload(ReadOnlyMemory<byte> body, int maxPackets, List<Packet> packets);

    internal abstract void EncodePayload(IReadOnlyList<OutboundPacket> packets, IBufferWriter<byte> output);

    /// <summary>The revision a query names; null when it is none of ours, or missing.</summary>
    internal static Revision? Find(string? name) => name == V4.Name ? V4 : null;

    private sealed class RevisionV4 : Revision
    {
        public override string Name => "4";

        internal override bool Accepts(string? contentType) =>
            contentType?.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) is not true;

        internal override bool TryDecodePayload(ReadOnlyMemory<byte> body, int maxPackets, List<Packet> packets) =>
            PayloadV4.TryDecode(body, maxPackets, packets);

        internal override void EncodePayload(IReadOnlyList<OutboundPacket> packets, IBufferWriter<byte> output) =>
            PayloadV4.Encode(packets, output);
    }
}
