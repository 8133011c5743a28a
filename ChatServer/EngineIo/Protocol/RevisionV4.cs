namespace ChatServer.EngineIo.Protocol;

/// <summary>Engine.IO 4 (protocol.md section 4): the server pings, bodies are text, a binary message is its bare bytes.</summary>
internal sealed class RevisionV4 : Revision
{
    public override string Name => "4";

    internal override int PacketsAtOpening => int.MaxValue;

    internal override PayloadForm? FindForm(string? contentType, string? jsonpIndex) =>
        contentType?.StartsWith(PayloadForm.Binary, StringComparison.OrdinalIgnoreCase) is true ? null : PayloadForm.V4;

    internal override PayloadForm ChooseForm(IReadOnlyList<OutboundPacket> packets, bool takesBinary, string? jsonpIndex) => PayloadForm.V4;

    internal override bool TryDecodeMessage(ReadOnlyMemory<byte> message, bool isBinary, out Packet packet)
    {
        packet = new Packet(PacketType.Message, message, IsBinary: true);
        return isBinary || PacketCodec.TryDecode(message, out packet);
    }

    internal override void ToMessages(List<OutboundPacket> packets, bool takesBinary)
    {
        // A message is the packet as it is.
    }

    internal override Heartbeat StartHeartbeat(EngineIoOptions options, TimeProvider time, Action<OutboundPacket> send, Action expire) =>
        new ServerHeartbeat(options, time, () => send(PacketCodec.Ping), expire);
}
