using System.Text.Json;

namespace ChatServer.SocketIo.Protocol;

/// <summary>Finds its way in an event's JSON array without building anything. The payload is well-formed and begins with the name.</summary>
internal static class EventReader
{
    /// <summary>The bytes of argument <paramref name="index"/> after the event name; empty when there are fewer.</summary>
    public static ReadOnlyMemory<byte> Argument(ReadOnlyMemory<byte> payload, int index)
    {
        var reader = new Utf8JsonReader(payload.Span);
        reader.Read();
        for (var position = -1; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; position++)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (position == index)
                return payload[start..(int)reader.BytesConsumed];
        }
        return default;
    }

    /// <summary>All that stands between the first argument and the closing bracket.</summary>
    public static ReadOnlyMemory<byte> Arguments(ReadOnlyMemory<byte> payload)
    {
        var reader = new Utf8JsonReader(payload.Span);
        reader.Read();
        reader.Read();
        reader.Read();
        return reader.TokenType is JsonTokenType.EndArray ? default : payload[(int)reader.TokenStartIndex..payload.Span.LastIndexOf((byte)']')];
    }
}
