using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat;

namespace ChatServer.Dialects.SocketIo;

/// <summary>Reads an event's argument, the client's own bytes, into a wire record.</summary>
internal static class CommandArgument
{
    /// <summary><see cref="ErrorCode.Invalid"/> when the argument is missing, not an object, or a field has the wrong type; the message names the field.</summary>
    public static Result<T> Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        if (json.IsEmpty)
            return ChatError.Invalid("The payload is missing");
        try
        {
            return JsonSerializer.Deserialize(json.Span, type) is { } value ? value : ChatError.Invalid("The payload must be an object");
        }
        catch (JsonException e)
        {
            return ChatError.Invalid(JsonFault.Describe(e));
        }
    }

    /// <summary>The first of the named fields that holds a string, even where the rest of the argument does not fit; null when none does.</summary>
    public static string? FindString(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> names) =>
        Find(json, static field => field.ValueKind is JsonValueKind.String ? field.GetString() : null, names);

    /// <summary>As <see cref="FindString"/>; a number will do too, as it is written.</summary>
    public static string? FindText(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> names) =>
        Find(json, static field => field.ValueKind switch
        {
            JsonValueKind.String => field.GetString(),
            JsonValueKind.Number => field.GetRawText(),
            _ => null,
        }, names);

    private static string? Find(ReadOnlyMemory<byte> json, Func<JsonElement, string?> read, ReadOnlySpan<string> names)
    {
        if (json.IsEmpty)
            return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var name in names)
            {
                if (document.RootElement.ValueKind is JsonValueKind.Object &&
                    document.RootElement.TryGetProperty(name, out var field) && read(field) is { } found)
                    return found;
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Too deep, or a string with half a character in it: as good as absent.
            return null;
        }
    }
}
