using System.Buffers;

namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// Decodes a body in order into <paramref name="packets"/>. False at the first packet that is malformed or beyond
/// <paramref name="maxPackets"/>; those before it are there.
/// </summary>
internal delegate bool DecodePayload(ReadOnlyMemory<byte> body, int maxPackets, List<Packet> packets);

internal delegate void EncodePayload(IReadOnlyList<OutboundPacket> packets, IBufferWriter<byte> output);

/// <summary>How packets lie together in one HTTP body.</summary>
/// <param name="ContentType">Of an answer in this form.</param>
/// <param name="TryDecode">Reads a request's body.</param>
/// <param name="Encode">Writes an answer's body.</param>
internal sealed record PayloadForm(string ContentType, DecodePayload TryDecode, EncodePayload Encode)
{
    public const string Binary = "application/octet-stream";

    private const string Text = "text/plain; charset=UTF-8";

    public static readonly PayloadForm V4 = new(Text, PayloadV4.TryDecode, PayloadV4.Encode);

    public static readonly PayloadForm TextV3 = new(Text, PayloadV3.TryDecodeText, PayloadV3.EncodeText);

    public static readonly PayloadForm BinaryV3 = new(Binary, PayloadV3.TryDecodeBinary, PayloadV3.EncodeBinary);

    /// <summary>The text form of revision 3 inside a script or a form; it holds no raw bytes.</summary>
    public static PayloadForm Jsonp(string index) => new(
        Text,
        (body, maxPackets, packets) => Protocol.Jsonp.TryReadForm(body, out var payload) && PayloadV3.TryDecodeText(payload, maxPackets, packets),
        (packets, output) =>
        {
            var payload = new ArrayBufferWriter<byte>();
            PayloadV3.EncodeText(packets, payload);
            Protocol.Jsonp.Wrap(payload.WrittenSpan, index, output);
        });
}
