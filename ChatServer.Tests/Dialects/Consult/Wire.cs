using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ChatServer.Tests.Dialects.Consult;

/// <summary>Compares what goes on the wire with what should: the same JSON, its fields in the same order.</summary>
internal static class Wire
{
    public static void Check<T>(T value, JsonTypeInfo<T> type, string expected) => CheckJson(JsonSerializer.Serialize(value, type), expected);

    public static void CheckJson(string actual, string expected)
    {
        var (shown, should) = (JsonElement.Parse(actual), JsonElement.Parse(expected));
        Assert.That(JsonElement.DeepEquals(shown, should), Is.True, $"{actual}\nshould be\n{expected}");
        Assert.That(Names(shown), Is.EqualTo(Names(should)), "the order of fields");
    }

    private static IEnumerable<string> Names(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Names(p.Value).Prepend(p.Name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
