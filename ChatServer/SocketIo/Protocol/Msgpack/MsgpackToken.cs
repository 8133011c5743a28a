namespace ChatServer.SocketIo.Protocol.Msgpack;

internal enum MsgpackKind
{
    Nil,

    /// <summary>JavaScript's, as notepack writes it: fixext 1 of type 0.</summary>
    Undefined,
    False,
    True,

    /// <summary>Fits a <see cref="long"/>.</summary>
    Integer,

    /// <summary>An integer above <see cref="long.MaxValue"/>.</summary>
    Unsigned,
    Float,

    /// <summary>JavaScript's, as notepack writes it: fixext 8 of type 0.</summary>
    Date,

    /// <summary>Valid UTF-8.</summary>
    Text,

    /// <summary>Also what notepack writes for an ArrayBuffer: ext of type 0.</summary>
    Binary,
    Array,
    Map,
}

/// <summary>One value, or the head of an array or a map, whose elements follow.</summary>
/// <param name="Number">
/// The integer; the bits of an <see cref="Unsigned"/> or a <see cref="Float"/>; milliseconds since 1970; elements of an array, pairs of a map;
/// bytes of text and binary.
/// </param>
/// <param name="Start">Where text and binary begin.</param>
internal readonly record struct MsgpackToken(MsgpackKind Kind, long Number = 0, int Start = 0)
{
    /// <summary>Whether it stands for a value that is not there.</summary>
    public bool IsNothing => Kind is MsgpackKind.Nil or MsgpackKind.Undefined;

    public ulong Unsigned => (ulong)Number;

    public double Float => BitConverter.Int64BitsToDouble(Number);

    public Range Range => Start..(Start + (int)Number);
}
