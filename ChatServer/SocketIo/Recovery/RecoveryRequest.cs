using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ChatServer.SocketIo.Recovery;

/// <summary>What a CONNECT payload says about recovery, and what is left of it for the handler.</summary>
/// <param name="Pid">The private id of the connection that the client had.</param>
/// <param name="Offset">The last event it has heard.</param>
/// <param name="Wants">Whether it asks for recovery, or refuses it.</param>
/// <param name="Auth">The payload without <c>pid</c> and <c>offset</c>, which are nobody else's business.</param>
internal sealed record RecoveryRequest(string? Pid, string? Offset, bool? Wants, ReadOnlyMemory<byte> Auth)
{
    private static readonly RecoveryRequest None = new(null, null, null, "{}"u8.ToArray());

    /// <param name="payload">A well-formed JSON object, or nothing. Borrowed for as long as the result is used.</param>
    public static RecoveryRequest Read(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
            return None;
        var (pid, offset, wants, isMarked) = ((string?)null, (string?)null, (bool?)null, false);
        var reader = new Utf8JsonReader(payload.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual("pid"u8))
                (pid, isMarked) = (ReadText(ref reader), true);
            else if (reader.ValueSpan.SequenceEqual("offset"u8))
                (offset, isMarked) = (ReadText(ref reader), true);
            else if (reader.ValueSpan.SequenceEqual("recover"u8))
                wants = ReadSwitch(ref reader);
            else
                reader.Skip();
        }
        return new RecoveryRequest(pid, offset, wants, isMarked ? Strip(payload.Span) : payload);
    }

    /// <summary>Reads what a query says: <c>1</c> or <c>true</c>, <c>0</c> or <c>false</c>; anything else says nothing.</summary>
    public static bool? Switch(string? text) => text switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => null,
    };

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        // An id or offset of ours has nothing to escape; something else is no id of ours.
        var text = reader.TokenType is JsonTokenType.String && !reader.ValueIsEscaped ? Encoding.UTF8.GetString(reader.ValueSpan) : null;
        reader.Skip();
        return text;
    }

    private static bool? ReadSwitch(ref Utf8JsonReader reader)
    {
        reader.Read();
        var said = reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.String or JsonTokenType.Number => Switch(Encoding.UTF8.GetString(reader.ValueSpan)),
            _ => (bool?)null,
        };
        reader.Skip();
        return said;
    }

    private static ReadOnlyMemory<byte> Strip(ReadOnlySpan<byte> payload)
    {
        var rest = new ArrayBufferWriter<byte>(payload.Length);
        var reader = new Utf8JsonReader(payload);
        var separator = (byte)'{';
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isOurs = reader.ValueSpan.SequenceEqual("pid"u8) || reader.ValueSpan.SequenceEqual("offset"u8);
            reader.Skip();
            if (isOurs)
                continue;
            rest.Write([separator]);
            rest.Write(payload[start..(int)reader.BytesConsumed]);
            separator = (byte)',';
        }
        if (rest.WrittenCount == 0)
            rest.Write("{"u8);
        rest.Write("}"u8);
        return rest.WrittenMemory;
    }
}
