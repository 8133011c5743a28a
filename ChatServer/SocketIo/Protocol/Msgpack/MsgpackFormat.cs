using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Protocol.Msgpack;

/// <summary>
/// socket.io-msgpack-parser 3 (protocol.md appendix A): each packet is one map in one binary message, with its binary arguments in it.
/// <code>{type: 2, nsp: "/chat", data: ["name", …], id: 7}</code>
/// </summary>
internal sealed class MsgpackFormat : PacketFormat
{
    /// <summary>What the server itself has written is within no bounds but its own.</summary>
    private static readonly SocketIoOptions Own = new() { MaxAttachments = int.MaxValue, MaxNamespaceLength = int.MaxValue, MaxJsonDepth = int.MaxValue };

    /// <summary>What has been made of a packet, by the array that its text lies in, which is never written again: a broadcast is converted once.</summary>
    private readonly ConditionalWeakTable<byte[], Conversion> _conversions = [];

    public override bool HasAttachments => false;

    public override bool TryDecode(
        ReadOnlyMemory<byte> message, bool isBinary, SocketIoOptions options, SocketIoRevision revision, out Packet packet)
    {
        packet = default;
        if (!isBinary || !MsgpackPacket.TryRead(message.Span, out var read))
            return false;
        var nsp = message[read.Namespace];
        var query = revision.CutQuery(ref nsp);
        packet = new Packet(read.Type, nsp, read.AckId, 0, default, query);
        return nsp.Length <= options.MaxNamespaceLength && (message[read.Data].IsEmpty || TryReadData(message[read.Data].Span, options, ref packet));
    }

    public override ReadOnlySpan<OutboundPacket> ToMessages(ReadOnlySpan<OutboundPacket> packets)
    {
        var messages = new OutboundPacket[packets.Length];
        var count = 0;
        while (!packets.IsEmpty)
        {
            var conversion = Find(packets) ?? Convert(packets);
            messages[count++] = conversion.Message;
            packets = packets[conversion.Packets.Length..];
        }
        return messages.AsSpan(0, count);
    }

    /// <summary>Objects of the sender's that look like placeholders must not point beyond what came with them, either.</summary>
    private static bool TryReadData(ReadOnlySpan<byte> data, SocketIoOptions options, ref Packet packet)
    {
        if (!MsgpackToJson.TryConvert(data, options, out var payload, out var binary))
            return false;
        packet = packet with { Payload = payload, Enclosed = binary };
        return binary.Count == 0 ||
            (packet.Type is PacketType.Event or PacketType.Ack && Placeholders.AreWithin(payload.Span, binary.Count, options.MaxJsonDepth));
    }

    private Conversion? Find(ReadOnlySpan<OutboundPacket> packets) =>
        MemoryMarshal.TryGetArray(packets[0].Bytes, out var text) && _conversions.TryGetValue(text.Array!, out var found) && found.IsOf(packets) ? found : null;

    private Conversion Convert(ReadOnlySpan<OutboundPacket> packets)
    {
        var head = packets[0];
        if (head.IsBinary || !PacketDecoder.TryDecode(head.Bytes[1..], Own, out var packet) || packet.Attachments >= packets.Length)
            throw new ArgumentException("No Socket.IO packet with its attachments", nameof(packets));
        var output = new ArrayBufferWriter<byte>(head.Bytes.Length + 32);
        Write(packet, packets.Slice(1, packet.Attachments), output);
        var conversion = new Conversion(packets[..(1 + packet.Attachments)].ToArray(), new OutboundPacket(output.WrittenMemory, IsBinary: true, head.SkipsCompression));
        if (MemoryMarshal.TryGetArray(head.Bytes, out var text))
            _conversions.TryAdd(text.Array!, conversion);
        return conversion;
    }

    private static void Write(in Packet packet, ReadOnlySpan<OutboundPacket> attachments, IBufferWriter<byte> output)
    {
        output.WriteMap(2 + (packet.Payload.IsEmpty ? 0 : 1) + (packet.AckId is null ? 0 : 1));
        output.WriteText("type"u8);
        output.WriteInteger((long)packet.Type);
        if (!packet.Payload.IsEmpty)
        {
            output.WriteText("data"u8);
            new JsonToMsgpack(packet.Payload.Span, attachments, output).Write();
        }
        if (packet.AckId is { } id)
        {
            output.WriteText("id"u8);
            output.WriteUnsigned(id);
        }
        output.WriteText("nsp"u8);
        output.WriteText(packet.Namespace.Span);
    }

    /// <param name="Packets">A packet with its attachments.</param>
    /// <param name="Message">The same as one message.</param>
    private sealed record Conversion(OutboundPacket[] Packets, OutboundPacket Message)
    {
        /// <summary>Whether it is what <paramref name="packets"/> begin with, the very same bytes.</summary>
        public bool IsOf(ReadOnlySpan<OutboundPacket> packets) => packets.StartsWith(Packets);
    }
}
