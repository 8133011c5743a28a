using System.Text.Json;

namespace ChatServer.Dialects.Hotel;

/// <summary>What a refused frame can be told by, as far as it can be read.</summary>
internal static class HotelFrameHead
{
    public static long? ConversationOf(ReadOnlyMemory<byte> frame) => Read(frame)?.ConversationId;

    public static string? KeyOf(ReadOnlyMemory<byte> frame) =>
        Read(frame) is { } head && MessageKey.First(head.TempId, head.ClientId) is { Length: <= Chat.Messages.ClientKey.MaxLength } key ? key : null;

    private static TextIn? Read(ReadOnlyMemory<byte> frame)
    {
        try
        {
            return JsonSerializer.Deserialize(frame.Span, HotelJson.Wire.TextIn);
        }
        catch (JsonException)
        {
            // It is refused for just that.
            return null;
        }
    }
}
