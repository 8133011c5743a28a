namespace ChatServer.SocketIo.Protocol.Msgpack;

/// <summary>
/// The map that is a packet, taken apart (protocol.md appendix A): <c>{type, nsp, data, id}</c> in any order, the last of equal keys counts,
/// other keys are passed over. A key may also be left out, nil or undefined.
/// </summary>
internal struct MsgpackPacket
{
    private MsgpackToken _data;
    private MsgpackToken _id;
    private MsgpackToken _namespace;
    private MsgpackToken _type;

    public readonly PacketType Type => (PacketType)_type.Number;

    /// <summary>Where the namespace stands in the message.</summary>
    public readonly Range Namespace => _namespace.Range;

    public readonly ulong? AckId => _id.IsNothing ? null : _id.Unsigned;

    /// <summary>Where the payload stands in the message; empty when there is none.</summary>
    public Range Data { get; private set; }

    /// <summary>False when the message is not exactly one map of well-formed values, or one of those above has a type of its own.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out MsgpackPacket packet)
    {
        packet = default;
        var reader = new MsgpackReader(message);
        if (!reader.TryRead(out var map) || map.Kind is not MsgpackKind.Map)
            return false;
        for (var pairs = map.Number; pairs > 0; pairs--)
        {
            if (!packet.TryReadPair(message, ref reader))
                return false;
        }
        return reader.IsAtEnd && packet.IsValid();
    }

    private bool TryReadPair(ReadOnlySpan<byte> message, ref MsgpackReader reader)
    {
        if (!reader.TryRead(out var key) || key.Kind is not MsgpackKind.Text)
            return false;
        var name = message[key.Range];
        var start = reader.Position;
        var peeked = reader;
        if (!peeked.TryRead(out var value) || !reader.TrySkip())
            return false;
        if (name.SequenceEqual("type"u8))
            _type = value;
        else if (name.SequenceEqual("nsp"u8))
            _namespace = value;
        else if (name.SequenceEqual("id"u8))
            _id = value;
        else if (name.SequenceEqual("data"u8))
            (_data, Data) = (value, value.IsNothing ? default : start..reader.Position);
        return true;
    }

    private readonly bool IsValid() =>
        _type is { Kind: MsgpackKind.Integer, Number: >= (long)PacketType.Connect and <= (long)PacketType.ConnectError } &&
        _namespace.Kind is MsgpackKind.Text &&
        (_id.IsNothing || _id is { Kind: MsgpackKind.Integer, Number: >= 0 and <= (long)PacketDecoder.MaxAckId }) &&
        Fits(Type, _data);

    private static bool Fits(PacketType type, MsgpackToken data) => type switch
    {
        PacketType.Connect => data.IsNothing || data.Kind is MsgpackKind.Map,
        PacketType.Disconnect => data.IsNothing,
        PacketType.ConnectError => data.Kind is MsgpackKind.Text or MsgpackKind.Map,
        _ => data.Kind is MsgpackKind.Array,
    };
}
