using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat;

namespace ChatServer.Dialects.Midimo;

/// <summary>One row of the table of frames: what clients may say, and what it does.</summary>
internal abstract class MidimoWebCommand(string type)
{
    public string Type { get; } = type;

    /// <summary>Acts on the frame's data; an error is left to the caller to tell.</summary>
    public abstract Task<ChatError?> RunAsync(MidimoWebSession session, JsonElement? data, CancellationToken cancellation);
}

internal sealed class MidimoWebCommand<TIn>(string type, JsonTypeInfo<TIn> input, Func<MidimoWebSession, TIn, CancellationToken, Task<ChatError?>> handle)
    : MidimoWebCommand(type)
    where TIn : class
{
    public override async Task<ChatError?> RunAsync(MidimoWebSession session, JsonElement? data, CancellationToken cancellation)
    {
        TIn? body;
        try
        {
            body = data?.Deserialize(input);
        }
        catch (JsonException e)
        {
            return ChatError.Invalid(JsonFault.Describe(e));
        }
        return body is null ? MidimoWebErrors.NoData : await handle(session, body, cancellation);
    }
}

/// <summary>The frames by their type.</summary>
internal sealed class MidimoWebCommands(params MidimoWebCommand[] rows)
{
    private readonly FrozenDictionary<string, MidimoWebCommand> _rows = rows.ToFrozenDictionary(row => row.Type, StringComparer.Ordinal);

    /// <summary>The row for a frame, and what the frame says.</summary>
    public Result<(MidimoWebCommand Row, JsonElement? Data)> Find(ReadOnlyMemory<byte> frame)
    {
        try
        {
            return JsonSerializer.Deserialize(frame.Span, MidimoJson.Shown.FrameIn) is not { } head ? MidimoWebErrors.NotJson
                : head.Type is { } type && _rows.TryGetValue(type, out var row) ? (row, head.Data)
                : MidimoWebErrors.UnknownType;
        }
        catch (JsonException)
        {
            return MidimoWebErrors.NotJson;
        }
    }

    /// <summary>The client's own name for what a frame asks, as far as it can be read.</summary>
    public static string? ClientIdOf(ReadOnlyMemory<byte> frame)
    {
        try
        {
            return JsonSerializer.Deserialize(frame.Span, MidimoJson.Shown.FrameIn)?.Data is { ValueKind: JsonValueKind.Object } data &&
                data.TryGetProperty("client_id", out var id) && id.ValueKind is JsonValueKind.String && id.GetString() is { Length: <= Chat.Messages.ClientKey.MaxLength } text
                ? text
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half a character in it: it is refused for just that.
            return null;
        }
    }
}
