using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace ChatServer.SocketIo.Protocol.Msgpack;

/// <summary>
/// Makes JSON of a msgpack value, as a client with the JSON parser would have sent it: bytes become placeholders, dates ISO strings, NaN and the
/// infinities null; what is undefined is left out of objects and null in arrays.
/// </summary>
/// <param name="bytes">What the value lies in.</param>
internal ref struct MsgpackToJson(ReadOnlySpan<byte> bytes, Utf8JsonWriter json, SocketIoOptions options)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly List<ReadOnlyMemory<byte>> _binary = [];
    private MsgpackReader _reader = new(bytes);
    private int _depth;
    private long _binaryBytes;

    /// <summary>
    /// Converts the one value that <paramref name="value"/> is. False when it is malformed, has a key that is neither text nor an integer, or is
    /// beyond the options' bounds of depth and binary arguments.
    /// </summary>
    /// <param name="attachments">Copies of its binary values, by the number in their placeholder.</param>
    public static bool TryConvert(
        ReadOnlySpan<byte> value, SocketIoOptions options, out ReadOnlyMemory<byte> json, out IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, PacketEncoder.Relaxed);
        var conversion = new MsgpackToJson(value, writer, options);
        var isConverted = conversion.TryConvertNext() && conversion._reader.IsAtEnd;
        writer.Flush();
        (json, attachments) = (output.WrittenMemory, conversion._binary);
        return isConverted;
    }

    private bool TryConvertNext() => _reader.TryRead(out var token) && TryWrite(token);

    private bool TryWrite(MsgpackToken token)
    {
        switch (token.Kind)
        {
            case MsgpackKind.Array:
                return TryWriteArray(token.Number);
            case MsgpackKind.Map:
                return TryWriteMap(token.Number);
            case MsgpackKind.Binary:
                return TryWritePlaceholder(_bytes[token.Range]);
            default:
                WriteScalar(token);
                return true;
        }
    }

    private bool TryWriteArray(long count)
    {
        if (++_depth > options.MaxJsonDepth)
            return false;
        json.WriteStartArray();
        for (; count > 0; count--)
        {
            if (!TryConvertNext())
                return false;
        }
        json.WriteEndArray();
        _depth--;
        return true;
    }

    private bool TryWriteMap(long count)
    {
        if (++_depth > options.MaxJsonDepth)
            return false;
        json.WriteStartObject();
        for (; count > 0; count--)
        {
            if (!_reader.TryRead(out var key) || key.Kind is not (MsgpackKind.Text or MsgpackKind.Integer) || !_reader.TryRead(out var value))
                return false;
            if (value.Kind is MsgpackKind.Undefined)
                continue;
            WriteKey(key);
            if (!TryWrite(value))
                return false;
        }
        json.WriteEndObject();
        _depth--;
        return true;
    }

    /// <summary>A number is a key in JavaScript, too.</summary>
    private readonly void WriteKey(MsgpackToken key)
    {
        if (key.Kind is MsgpackKind.Text)
            json.WritePropertyName(_bytes[key.Range]);
        else
            json.WritePropertyName(key.Number.ToString(CultureInfo.InvariantCulture));
    }

    private readonly void WriteScalar(MsgpackToken token)
    {
        if (token.Kind is MsgpackKind.Text)
            json.WriteStringValue(_bytes[token.Range]);
        else if (token.Kind is MsgpackKind.Integer)
            json.WriteNumberValue(token.Number);
        else if (token.Kind is MsgpackKind.Unsigned)
            json.WriteNumberValue(token.Unsigned);
        else if (token.Kind is MsgpackKind.Float && double.IsFinite(token.Float))
            json.WriteNumberValue(token.Float);
        else if (token.Kind is MsgpackKind.True or MsgpackKind.False)
            json.WriteBooleanValue(token.Kind is MsgpackKind.True);
        else if (token.Kind is MsgpackKind.Date && Date(token.Number) is { } date)
            json.WriteStringValue(date);
        else
            json.WriteNullValue();
    }

    private bool TryWritePlaceholder(ReadOnlySpan<byte> binary)
    {
        _binaryBytes += binary.Length;
        if (_binary.Count == options.MaxAttachments || _binaryBytes > options.MaxAttachmentBytes)
            return false;
        json.WriteStartObject();
        json.WriteBoolean("_placeholder"u8, true);
        json.WriteNumber("num"u8, _binary.Count);
        json.WriteEndObject();
        _binary.Add(binary.ToArray());
        return true;
    }

    /// <summary>As JavaScript's <c>toISOString</c>; null beyond the years 1 to 9999.</summary>
    private static string? Date(long milliseconds) =>
        milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : null;
}
