using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Protocol.Msgpack;

/// <summary>Makes msgpack of JSON in which binary values are placeholders. Integers keep their 64 bits; other numbers are doubles.</summary>
/// <param name="json">Well-formed.</param>
/// <param name="attachments">What the placeholders stand for; with none, what looks like a placeholder is data.</param>
internal ref struct JsonToMsgpack(ReadOnlySpan<byte> json, ReadOnlySpan<OutboundPacket> attachments, IBufferWriter<byte> output)
{
    /// <summary>Whoever wrote the JSON has bounded it.</summary>
    private static readonly JsonReaderOptions Unbounded = new() { MaxDepth = int.MaxValue };

    private readonly JsonOutline _outline = JsonOutline.Of(json, Unbounded);
    private readonly ReadOnlySpan<OutboundPacket> _attachments = attachments;
    private Utf8JsonReader _reader = new(json, Unbounded);
    private int _begun;

    /// <exception cref="JsonException">It is no JSON.</exception>
    public void Write()
    {
        while (_reader.Read())
            WriteToken();
    }

    private void WriteToken()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartArray:
                output.WriteArray(_outline.CountAt(_begun++));
                break;
            case JsonTokenType.StartObject:
                WriteObject();
                break;
            case JsonTokenType.PropertyName or JsonTokenType.String:
                WriteText();
                break;
            case JsonTokenType.Number:
                WriteNumber();
                break;
            case JsonTokenType.True or JsonTokenType.False:
                output.WriteBoolean(_reader.TokenType is JsonTokenType.True);
                break;
            case JsonTokenType.Null:
                output.WriteNil();
                break;
        }
    }

    private void WriteObject()
    {
        var index = _begun++;
        if (_outline.PlaceholderAt(index) is not { } number || number < 0 || number >= _attachments.Length)
        {
            output.WriteMap(_outline.CountAt(index));
            return;
        }
        output.WriteBinary(_attachments[number].Bytes.Span);
        for (var depth = _reader.CurrentDepth; _reader.Read() && _reader.CurrentDepth > depth;)
        {
            if (_reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                _begun++;
        }
    }

    private readonly void WriteNumber()
    {
        if (_reader.TryGetInt64(out var integer) && !(integer == 0 && _reader.ValueSpan[0] == '-'))
            output.WriteInteger(integer);
        else if (_reader.TryGetUInt64(out var unsigned))
            output.WriteUnsigned(unsigned);
        else
            output.WriteFloat(_reader.GetDouble());
    }

    private readonly void WriteText()
    {
        if (_reader.ValueIsEscaped)
            WriteEscaped(_reader.ValueSpan);
        else
            output.WriteText(_reader.ValueSpan);
    }

    /// <summary>Not by the reader, which throws at half a surrogate pair: JavaScript lets it pass, and here it becomes U+FFFD.</summary>
    private readonly void WriteEscaped(ReadOnlySpan<byte> escaped)
    {
        var text = ArrayPool<char>.Shared.Rent(escaped.Length);
        var length = 0;
        while (escaped.IndexOf((byte)'\\') is var at and >= 0)
        {
            length += Encoding.UTF8.GetChars(escaped[..at], text.AsSpan(length));
            var isCode = escaped[at + 1] is (byte)'u';
            text[length++] = isCode ? Code(escaped.Slice(at + 2, 4)) : Plain(escaped[at + 1]);
            escaped = escaped[(at + (isCode ? 6 : 2))..];
        }
        length += Encoding.UTF8.GetChars(escaped, text.AsSpan(length));
        output.WriteText(Encoding.UTF8.GetBytes(text, 0, length));
        ArrayPool<char>.Shared.Return(text);
    }

    private static char Code(ReadOnlySpan<byte> hex) => Utf8Parser.TryParse(hex, out ushort unit, out _, 'x') ? (char)unit : '\ufffd';

    private static char Plain(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter,
    };
}
