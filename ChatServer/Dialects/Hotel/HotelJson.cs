using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Hotel;

/// <summary>
/// How this dialect's records are written and read: snake case, nulls shown, numbers accepted as text too (contracts C3), at most 32 levels deep
/// (reliability section 4).
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(HotelTime)],
    MaxDepth = 32)]
[JsonSerializable(typeof(FrameIn))]
[JsonSerializable(typeof(TextIn))]
[JsonSerializable(typeof(MediaIn))]
[JsonSerializable(typeof(TypingIn))]
[JsonSerializable(typeof(ConversationIn))]
[JsonSerializable(typeof(MarkReadIn))]
[JsonSerializable(typeof(CreateIn))]
[JsonSerializable(typeof(WebhookIn))]
[JsonSerializable(typeof(IReadOnlyList<ConversationOut>))]
[JsonSerializable(typeof(PageOut))]
[JsonSerializable(typeof(DetailOut))]
[JsonSerializable(typeof(WebhookOut))]
[JsonSerializable(typeof(CreatedOut))]
[JsonSerializable(typeof(MarkedOut))]
[JsonSerializable(typeof(SuccessOut))]
[JsonSerializable(typeof(ClosedOut))]
[JsonSerializable(typeof(UploadedOut))]
[JsonSerializable(typeof(ErrorOut))]
[JsonSerializable(typeof(FrameOut<MessageFrameOut>), TypeInfoPropertyName = "MessageFrame")]
[JsonSerializable(typeof(FrameOut<TypingFrameOut>), TypeInfoPropertyName = "TypingFrame")]
[JsonSerializable(typeof(FrameOut<ConversationOut>), TypeInfoPropertyName = "ConversationFrame")]
[JsonSerializable(typeof(ErrorFrameOut))]
[JsonSerializable(typeof(AcknowledgmentOut))]
internal sealed partial class HotelJson : JsonSerializerContext
{
    /// <summary>Text as it is, not as escapes.</summary>
    public static HotelJson Wire => Relaxed.Context;

    /// <summary>A class of its own, because statics of a partial class are made in no certain order.</summary>
    private static class Relaxed
    {
        public static readonly HotelJson Context = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}

/// <summary>ISO-8601 UTC with <c>Z</c> and microseconds, as the original's framework writes it (contracts C4).</summary>
internal sealed class HotelTime : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
