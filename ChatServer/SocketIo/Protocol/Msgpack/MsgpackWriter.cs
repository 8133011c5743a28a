using System.Buffers;
using System.Buffers.Binary;

namespace ChatServer.SocketIo.Protocol.Msgpack;

/// <summary>Writes msgpack, each value in its shortest form. No extensions: only JavaScript's clients know those of notepack.</summary>
internal static class MsgpackWriter
{
    public static void WriteNil(this IBufferWriter<byte> output) => output.Write([(byte)0xc0]);

    public static void WriteBoolean(this IBufferWriter<byte> output, bool value) => output.Write([value ? (byte)0xc3 : (byte)0xc2]);

    public static void WriteInteger(this IBufferWriter<byte> output, long value)
    {
        switch (value)
        {
            case >= 0:
                output.WriteUnsigned((ulong)value);
                break;
            case >= -32:
                output.Write([(byte)value]);
                break;
            case >= sbyte.MinValue:
                output.WriteNumber(0xd0, (ulong)value, 1);
                break;
            case >= short.MinValue:
                output.WriteNumber(0xd1, (ulong)value, 2);
                break;
            case >= int.MinValue:
                output.WriteNumber(0xd2, (ulong)value, 4);
                break;
            default:
                output.WriteNumber(0xd3, (ulong)value, 8);
                break;
        }
    }

    public static void WriteUnsigned(this IBufferWriter<byte> output, ulong value)
    {
        if (value < 0x80)
            output.Write([(byte)value]);
        else if (value <= byte.MaxValue)
            output.WriteNumber(0xcc, value, 1);
        else if (value <= ushort.MaxValue)
            output.WriteNumber(0xcd, value, 2);
        else if (value <= uint.MaxValue)
            output.WriteNumber(0xce, value, 4);
        else
            output.WriteNumber(0xcf, value, 8);
    }

    public static void WriteFloat(this IBufferWriter<byte> output, double value) => output.WriteNumber(0xcb, BitConverter.DoubleToUInt64Bits(value), 8);

    /// <param name="utf8">Valid UTF-8.</param>
    public static void WriteText(this IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length < 32)
            output.Write([(byte)(0xa0 | utf8.Length)]);
        else
            output.WriteLength(0xd9, utf8.Length);
        output.Write(utf8);
    }

    public static void WriteBinary(this IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        output.WriteLength(0xc4, bytes.Length);
        output.Write(bytes);
    }

    /// <summary>The head of an array; its elements must follow.</summary>
    public static void WriteArray(this IBufferWriter<byte> output, int count) => output.WriteCount(0x90, 0xdc, count);

    /// <summary>The head of a map; its keys and values must follow in turn.</summary>
    public static void WriteMap(this IBufferWriter<byte> output, int count) => output.WriteCount(0x80, 0xde, count);

    private static void WriteCount(this IBufferWriter<byte> output, byte shortest, byte middle, int count)
    {
        if (count < 16)
            output.Write([(byte)(shortest | count)]);
        else if (count <= ushort.MaxValue)
            output.WriteNumber(middle, (ulong)count, 2);
        else
            output.WriteNumber((byte)(middle + 1), (ulong)count, 4);
    }

    private static void WriteLength(this IBufferWriter<byte> output, byte shortest, int length)
    {
        if (length <= byte.MaxValue)
            output.WriteNumber(shortest, (ulong)length, 1);
        else if (length <= ushort.MaxValue)
            output.WriteNumber((byte)(shortest + 1), (ulong)length, 2);
        else
            output.WriteNumber((byte)(shortest + 2), (ulong)length, 4);
    }

    /// <summary>A first byte and the lowest bytes of a number, the highest of them first.</summary>
    private static void WriteNumber(this IBufferWriter<byte> output, byte first, ulong number, int width)
    {
        var span = output.GetSpan(9);
        span[0] = first;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], number << (64 - 8 * width));
        output.Advance(1 + width);
    }
}
