using System.Text.Json;

namespace ChatServer.SocketIo.Protocol.Msgpack;

/// <summary>
/// What msgpack says of an array or object before its elements and JSON does not: how many there are, or that it is a placeholder. One entry
/// for each, in the order in which they begin.
/// </summary>
internal sealed class JsonOutline
{
    private readonly List<Entry> _entries = [];
    private readonly Stack<int> _open = [];

    /// <param name="json">Well-formed.</param>
    /// <exception cref="JsonException">It is not.</exception>
    public static JsonOutline Of(ReadOnlySpan<byte> json, JsonReaderOptions options)
    {
        var outline = new JsonOutline();
        var reader = new Utf8JsonReader(json, options);
        while (reader.Read())
            outline.Note(ref reader);
        return outline;
    }

    /// <summary>Elements of an array, pairs of an object.</summary>
    public int CountAt(int index) => _entries[index].Count;

    /// <summary>The number in a placeholder; null for all else.</summary>
    public int? PlaceholderAt(int index) => _entries[index] is { IsPlaceholder: true, Number: { } number } ? number : null;

    private void Note(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                _open.Pop();
                return;
            case JsonTokenType.PropertyName:
                _entries[_open.Peek()] = Named(_entries[_open.Peek()], reader);
                return;
        }
        if (_open.TryPeek(out var parent) && _entries[parent] is { IsArray: true } array)
            _entries[parent] = array with { Count = array.Count + 1 };
        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
        {
            _open.Push(_entries.Count);
            _entries.Add(new Entry(reader.TokenType is JsonTokenType.StartArray));
        }
    }

    /// <summary>The reader is a copy: the value is only looked at.</summary>
    private static Entry Named(Entry entry, Utf8JsonReader reader)
    {
        entry = entry with { Count = entry.Count + 1 };
        if (reader.ValueTextEquals("_placeholder"u8))
            return entry with { IsPlaceholder = reader.Read() && reader.TokenType is JsonTokenType.True };
        if (!reader.ValueTextEquals("num"u8))
            return entry;
        return entry with { Number = reader.Read() && reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null };
    }

    private readonly record struct Entry(bool IsArray, int Count = 0, bool IsPlaceholder = false, int? Number = null);
}
