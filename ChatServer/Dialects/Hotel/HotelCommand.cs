using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat;

namespace ChatServer.Dialects.Hotel;

/// <summary>One row of a table of frames: what clients may say, and what it does.</summary>
internal abstract class HotelCommand<TSession>(string type)
    where TSession : HotelSession
{
    public string Type { get; } = type;

    /// <summary>Reads the frame and acts; an error is left to the caller to tell.</summary>
    public abstract Task<ChatError?> RunAsync(TSession session, ReadOnlyMemory<byte> frame, CancellationToken cancellation);
}

internal sealed class HotelCommand<TSession, TIn>(string type, JsonTypeInfo<TIn> input, Func<TSession, TIn, CancellationToken, Task<ChatError?>> handle)
    : HotelCommand<TSession>(type)
    where TSession : HotelSession
    where TIn : class
{
    public override async Task<ChatError?> RunAsync(TSession session, ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        TIn? body;
        try
        {
            body = JsonSerializer.Deserialize(frame.Span, input);
        }
        catch (JsonException e)
        {
            return e.Path is { Length: > 2 } ? ChatError.Invalid(JsonFault.Describe(e)) : HotelErrors.NotJson;
        }
        return body is null ? HotelErrors.NotJson : await handle(session, body, cancellation);
    }
}

/// <summary>The frames of one sort of socket, by their type.</summary>
internal sealed class HotelCommands<TSession>(params HotelCommand<TSession>[] rows)
    where TSession : HotelSession
{
    private const string Text = "text";

    private readonly FrozenDictionary<string, HotelCommand<TSession>> _rows = rows.ToFrozenDictionary(row => row.Type, StringComparer.Ordinal);

    /// <summary>The row for a frame. A frame without a type is text; one that is no JSON object, or of no known type, is refused (contracts S3-17).</summary>
    public Result<HotelCommand<TSession>> Find(ReadOnlyMemory<byte> frame)
    {
        try
        {
            return JsonSerializer.Deserialize(frame.Span, HotelJson.Wire.FrameIn) is not { } head ? HotelErrors.NotJson
                : _rows.TryGetValue(head.Type ?? Text, out var row) ? row
                : HotelErrors.WrongType;
        }
        catch (JsonException e)
        {
            return e.Path is "$.type" ? HotelErrors.WrongType : HotelErrors.NotJson;
        }
    }
}
