namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// Engine.IO 3 (protocol.md section 5), of socket.io-client 1 and 2: the client pings, bodies may be bytes, a binary message begins with its
/// type, and pages that can do nothing else poll through script tags.
/// </summary>
internal sealed class RevisionV3 : Revision
{
    public override string Name => "3";

    /// <summary>The reference server sends the CONNECT of <c>/</c> in a later answer; strict clients read one packet here.</summary>
    internal override int PacketsAtOpening => 1;

    internal override PayloadForm? FindForm(string? contentType, string? jsonpIndex) =>
        jsonpIndex is not null ? PayloadForm.Jsonp(jsonpIndex)
        : contentType?.StartsWith(PayloadForm.Binary, StringComparison.OrdinalIgnoreCase) is true ? PayloadForm.BinaryV3
        : PayloadForm.TextV3;

    internal override PayloadForm ChooseForm(IReadOnlyList<OutboundPacket> packets, bool takesBinary, string? jsonpIndex) =>
        jsonpIndex is not null ? PayloadForm.Jsonp(jsonpIndex)
        : takesBinary && packets.Any(packet => packet.IsBinary) ? PayloadForm.BinaryV3
        : PayloadForm.TextV3;

    internal override bool TryDecodeMessage(ReadOnlyMemory<byte> message, bool isBinary, out Packet packet) =>
        isBinary ? PacketV3.TryDecodeBinary(message, out packet) : PacketV3.TryDecodeText(message, out packet);

    internal override void ToMessages(List<OutboundPacket> packets, bool takesBinary)
    {
        for (var i = 0; i < packets.Count; i++)
        {
            if (packets[i].IsBinary)
                packets[i] = takesBinary ? PacketV3.WithType(packets[i]) : PacketV3.AsText(packets[i]);
        }
    }

    internal override Heartbeat StartHeartbeat(EngineIoOptions options, TimeProvider time, Action<OutboundPacket> send, Action expire) =>
        new ClientHeartbeat(options, time, () => send(PacketCodec.Pong), expire);
}
