using System.Text;
using System.Text.Json;

namespace ChatServer.SocketIo.Protocol;

/// <summary>What JSON each packet type may carry. Nothing is built: the bytes are only walked over.</summary>
internal static class JsonPayload
{
    /// <summary>Event names that clients give to themselves and that never come from the wire.</summary>
    private static readonly string[] Reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

    /// <summary>Whether <paramref name="json"/> is one well-formed value that the type may carry, or is rightly absent.</summary>
    public static bool Fits(PacketType type, ReadOnlyMemory<byte> json, int maxDepth)
    {
        if (json.IsEmpty)
            return type is PacketType.Connect or PacketType.Disconnect;
        return type switch
        {
            PacketType.Connect => json.Span[0] == '{' && IsWellFormed(json.Span, maxDepth),
            PacketType.Event or PacketType.Ack => json.Span[0] == '[' && IsWellFormed(json.Span, maxDepth),
            PacketType.ConnectError => IsWellFormed(json.Span, maxDepth),
            _ => false,
        };
    }

    /// <summary>
    /// The name of an event whose payload is a well-formed array: a string, or a number as it is written. False when there is none,
    /// it is reserved, is longer than <paramref name="maxLength"/> characters, or is not Unicode.
    /// </summary>
    public static bool TryReadName(ReadOnlySpan<byte> payload, int maxLength, out string name)
    {
        var reader = new Utf8JsonReader(payload);
        reader.Read();
        reader.Read();
        name = reader.TokenType switch
        {
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.String when !reader.ValueIsEscaped => Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.String => Unescape(ref reader),
            _ => "",
        };
        return name.Length <= maxLength && reader.TokenType is JsonTokenType.Number or JsonTokenType.String && !Reserved.Contains(name) && IsUnicode(name);
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> json, int maxDepth)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Unescape(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return "\ud800";
        }
    }

    private static bool IsUnicode(string text) => !text.Contains('\ud800', StringComparison.Ordinal);
}
