using System.Text.Json;
using System.Text.Json.Serialization;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>The body of a delivery.</summary>
/// <param name="EventType">One of <see cref="WebhookEvents.Names"/>.</param>
/// <param name="Data">Whom or what it concerns.</param>
/// <param name="Id">The same for every attempt, so that a receiver knows a repeat.</param>
/// <param name="CreatedAt">When it happened.</param>
internal sealed record WebhookOut(string EventType, JsonElement Data, string Id, long CreatedAt);

/// <summary>
/// Makes bodies of outbox entries. A message is told as it was sent; a conversation as it stands when it is told, so that what comes late or
/// out of order says nothing that is over; what is stored nowhere, as it was noted.
/// </summary>
internal sealed class WebhookBody(IMessageRepository messages, IConversationRepository conversations, MidimoJsonView view)
{
    public static string IdOf(OutboxEntry entry) => $"evt_{entry.Id.Value}";

    /// <summary>Null when there is nothing left to tell.</summary>
    public async Task<byte[]?> MakeAsync(OutboxEntry entry, CancellationToken cancellation) => await DataOfAsync(entry, cancellation) is { } data
        ? JsonSerializer.SerializeToUtf8Bytes(
            new WebhookOut(WebhookEvents.Names[entry.Event], data, IdOf(entry), view.TimeOf(entry.CreatedAt)), WebhookJson.Default.WebhookOut)
        : null;

    private async Task<JsonElement?> DataOfAsync(OutboxEntry entry, CancellationToken cancellation) => entry switch
    {
        { Payload: { } payload } => JsonSerializer.Deserialize(payload, WebhookJson.Default.JsonElement),
        { ConversationId: { } id, MessageId: { } messageId } => await MessageAsync(id, messageId, cancellation),
        { ConversationId: { } id } => await ConversationAsync(id, cancellation),
        _ => null,
    };

    private async Task<JsonElement?> MessageAsync(ConversationId id, MessageId messageId, CancellationToken cancellation) =>
        await messages.FindAsync(messageId, cancellation) is { } message && await conversations.FindAsync(id, cancellation) is { } conversation
            ? JsonSerializer.SerializeToElement(view.Of(message, conversation), MidimoJson.Default.MessageOut)
            : null;

    private async Task<JsonElement?> ConversationAsync(ConversationId id, CancellationToken cancellation) =>
        await conversations.FindDetailAsync(id, cancellation) is { } detail
            ? JsonSerializer.SerializeToElement(view.Of(detail), MidimoJson.Default.ThreadOut)
            : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WebhookOut))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class WebhookJson : JsonSerializerContext;
