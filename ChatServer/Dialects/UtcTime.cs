using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatServer.Dialects;

/// <summary>Times in JSON: ISO-8601 UTC with <c>Z</c>, the one form that every parser takes for the same moment (contracts C4).</summary>
internal abstract class UtcTime(string format) : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
}

/// <summary>With milliseconds, as JavaScript's <c>toJSON</c> writes them.</summary>
internal sealed class MillisecondTime() : UtcTime("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

/// <summary>With microseconds, as Django writes them.</summary>
internal sealed class MicrosecondTime() : UtcTime("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
