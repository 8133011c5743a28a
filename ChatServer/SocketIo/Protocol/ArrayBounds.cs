using System.Text.Json;

namespace ChatServer.SocketIo.Protocol;

/// <summary>
/// How many elements the arrays of a packet have: a short text can be a long array, and whoever makes objects of it pays for each element
/// (reliability.md T13).
/// </summary>
internal static class ArrayBounds
{
    /// <summary>Stands for an object where the elements of arrays are counted.</summary>
    private const int NoArray = int.MinValue;

    /// <summary>Whether no array in the packet's well-formed payload, nor its arguments, are more than the options allow; otherwise the option that says so.</summary>
    public static bool AreKept(in Packet packet, SocketIoOptions options, out string limit)
    {
        limit = "";
        // An element takes a byte and, but for the last, a comma: short packets, which are nearly all, need not be walked through.
        if (packet.Payload.Length <= 2 * Math.Min(options.MaxArguments, options.MaxArrayItems))
            return true;
        var arguments = packet.Type is PacketType.Event ? options.MaxArguments + 1 : options.MaxArguments;
        Span<int> elements = stackalloc int[options.MaxJsonDepth + 1];
        var reader = new Utf8JsonReader(packet.Payload.Span, new JsonReaderOptions { MaxDepth = options.MaxJsonDepth });
        while (limit is "" && reader.Read())
        {
            var depth = reader.CurrentDepth;
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject or JsonTokenType.PropertyName)
                continue;
            if (depth > 0 && ++elements[depth - 1] > (depth == 1 ? arguments : options.MaxArrayItems))
                limit = depth == 1 ? nameof(options.MaxArguments) : nameof(options.MaxArrayItems);
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                elements[depth] = reader.TokenType is JsonTokenType.StartArray ? 0 : NoArray;
        }
        return limit is "";
    }
}
