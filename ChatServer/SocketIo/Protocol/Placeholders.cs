using System.Text.Json;

namespace ChatServer.SocketIo.Protocol;

/// <summary>
/// Binary arguments stand in the JSON of a packet as <c>{"_placeholder":true,"num":k}</c>, where k counts the attachments from 0
/// (protocol.md 12.2).
/// </summary>
internal static class Placeholders
{
    /// <summary>Whether every placeholder in the well-formed <paramref name="json"/> has an integer number below <paramref name="count"/>.</summary>
    public static bool AreWithin(ReadOnlySpan<byte> json, int count, int maxDepth)
    {
        // One pair of facts for each object that is open: whether it says it is a placeholder, and whether its number is right.
        Span<bool> isPlaceholder = stackalloc bool[maxDepth + 1];
        Span<bool> hasNumber = stackalloc bool[maxDepth + 1];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            var depth = reader.CurrentDepth;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    isPlaceholder[depth] = hasNumber[depth] = false;
                    break;
                case JsonTokenType.PropertyName when reader.ValueTextEquals("_placeholder"u8):
                    isPlaceholder[depth - 1] = ValueAfter(reader).TokenType is JsonTokenType.True;
                    break;
                case JsonTokenType.PropertyName when reader.ValueTextEquals("num"u8):
                    hasNumber[depth - 1] = IsBelow(count, ValueAfter(reader));
                    break;
                case JsonTokenType.EndObject when isPlaceholder[depth] && !hasNumber[depth]:
                    return false;
            }
        }
        return true;
    }

    /// <summary>The reader is a copy: the value is looked at, and may hold placeholders of its own that are still to be read.</summary>
    private static Utf8JsonReader ValueAfter(Utf8JsonReader reader)
    {
        reader.Read();
        return reader;
    }

    private static bool IsBelow(int count, Utf8JsonReader value) =>
        value.TokenType is JsonTokenType.Number && value.TryGetInt32(out var number) && number >= 0 && number < count;
}
