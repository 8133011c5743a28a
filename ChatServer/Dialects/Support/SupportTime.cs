using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Support;

/// <summary>ISO-8601 UTC with milliseconds and <c>Z</c>, as JavaScript's <c>toJSON</c> writes it (contracts C4).</summary>
internal sealed class SupportTime : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
