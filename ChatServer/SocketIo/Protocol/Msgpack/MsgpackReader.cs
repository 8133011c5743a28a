using System.Text.Unicode;

namespace ChatServer.SocketIo.Protocol.Msgpack;

/// <summary>
/// Reads msgpack token by token, from bytes that anybody may have written. Never throws, never recurses, and takes no memory: a length
/// counts for nothing until there are as many bytes.
/// </summary>
internal ref struct MsgpackReader(ReadOnlySpan<byte> bytes)
{
    private const byte FirstTyped = 0xc0;

    /// <summary>What the first byte says from 0xC0 to 0xDF: the kind, and how many bytes of number or length follow.</summary>
    private static readonly (Form Form, int Width)[] Typed =
    [
        (Form.Nil, 0), (Form.Never, 0), (Form.False, 0), (Form.True, 0), (Form.Binary, 1), (Form.Binary, 2), (Form.Binary, 4), (Form.Extension, 1),
        (Form.Extension, 2), (Form.Extension, 4), (Form.Float, 4), (Form.Float, 8), (Form.Unsigned, 1), (Form.Unsigned, 2), (Form.Unsigned, 4), (Form.Unsigned, 8),
        (Form.Signed, 1), (Form.Signed, 2), (Form.Signed, 4), (Form.Signed, 8), (Form.Fixed, 1), (Form.Fixed, 2), (Form.Fixed, 4), (Form.Fixed, 8),
        (Form.Fixed, 16), (Form.Text, 1), (Form.Text, 2), (Form.Text, 4), (Form.Array, 2), (Form.Array, 4), (Form.Map, 2), (Form.Map, 4),
    ];

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    private enum Form
    {
        Never,
        Nil,
        False,
        True,
        Unsigned,
        Signed,
        Float,
        Text,
        Binary,
        Extension,

        /// <summary>An extension whose width is its length.</summary>
        Fixed,
        Array,
        Map,
    }

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    private readonly int Left => _bytes.Length - Position;

    public bool TryRead(out MsgpackToken token)
    {
        token = default;
        if (IsAtEnd)
            return false;
        var first = _bytes[Position++];
        switch (first)
        {
            case < 0x80 or > 0xdf:
                token = new MsgpackToken(MsgpackKind.Integer, (sbyte)first);
                return true;
            case < 0x90:
                return TryOpen(MsgpackKind.Map, first & 0xfu, out token);
            case < 0xa0:
                return TryOpen(MsgpackKind.Array, first & 0xfu, out token);
            case < FirstTyped:
                return TryTake(MsgpackKind.Text, first & 0x1fu, out token);
            default:
                var (form, width) = Typed[first - FirstTyped];
                return form is Form.Fixed ? TryReadFixed(width, out token) : TryReadTyped(form, width, out token);
        }
    }

    /// <summary>Passes over one value with all that is in it.</summary>
    public bool TrySkip()
    {
        for (var values = 1L; values > 0; values--)
        {
            if (!TryRead(out var token))
                return false;
            values += token.Kind switch
            {
                MsgpackKind.Array => token.Number,
                MsgpackKind.Map => 2 * token.Number,
                _ => 0,
            };
        }
        return true;
    }

    private bool TryReadTyped(Form form, int width, out MsgpackToken token)
    {
        token = default;
        if (!TryReadNumber(width, out var number))
            return false;
        switch (form)
        {
            case Form.Text:
                return TryTake(MsgpackKind.Text, number, out token);
            case Form.Binary:
                return TryTake(MsgpackKind.Binary, number, out token);
            case Form.Extension:
                return TryReadNumber(1, out var type) && type == 0 && TryTake(MsgpackKind.Binary, number, out token);
            case Form.Array:
                return TryOpen(MsgpackKind.Array, number, out token);
            case Form.Map:
                return TryOpen(MsgpackKind.Map, number, out token);
            default:
                token = Scalar(form, width, number);
                return form is not Form.Never;
        }
    }

    private static MsgpackToken Scalar(Form form, int width, ulong number) => form switch
    {
        Form.False => new MsgpackToken(MsgpackKind.False),
        Form.True => new MsgpackToken(MsgpackKind.True),
        Form.Unsigned => new MsgpackToken(number > long.MaxValue ? MsgpackKind.Unsigned : MsgpackKind.Integer, (long)number),
        Form.Signed => new MsgpackToken(MsgpackKind.Integer, (long)(number << (64 - 8 * width)) >> (64 - 8 * width)),
        Form.Float when width == 4 => new MsgpackToken(MsgpackKind.Float, BitConverter.DoubleToInt64Bits(BitConverter.UInt32BitsToSingle((uint)number))),
        Form.Float => new MsgpackToken(MsgpackKind.Float, (long)number),
        _ => new MsgpackToken(MsgpackKind.Nil),
    };

    /// <summary>Of the extensions of a fixed length only notepack's two are anything here.</summary>
    private bool TryReadFixed(int length, out MsgpackToken token)
    {
        token = default;
        if (length is not (1 or 8) || !TryReadNumber(1, out var type) || type != 0 || !TryReadNumber(length, out var number))
            return false;
        token = length == 1 ? new MsgpackToken(MsgpackKind.Undefined) : new MsgpackToken(MsgpackKind.Date, (long)number);
        return true;
    }

    private bool TryReadNumber(int width, out ulong number)
    {
        number = 0;
        if (width > Left)
            return false;
        foreach (var part in _bytes.Slice(Position, width))
            number = number << 8 | part;
        Position += width;
        return true;
    }

    private bool TryTake(MsgpackKind kind, ulong length, out MsgpackToken token)
    {
        token = new MsgpackToken(kind, (long)length, Position);
        if (length > (ulong)Left || (kind is MsgpackKind.Text && !Utf8.IsValid(_bytes[token.Range])))
            return false;
        Position += (int)length;
        return true;
    }

    /// <summary>Every element takes a byte at least, so that more of them than bytes cannot follow.</summary>
    private readonly bool TryOpen(MsgpackKind kind, ulong count, out MsgpackToken token)
    {
        token = new MsgpackToken(kind, (long)count);
        return (kind is MsgpackKind.Map ? 2 * count : count) <= (ulong)Left;
    }
}
