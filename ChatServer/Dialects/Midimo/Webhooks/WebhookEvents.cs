using System.Collections.Frozen;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>
/// What events are called outside (contracts S2-17). <c>message.updated</c>, <c>message.deleted</c> and <c>conversation.deleted</c> are not among
/// them: what is said stays said.
/// </summary>
internal static class WebhookEvents
{
    public static readonly FrozenDictionary<OutboxEvent, string> Names = new Dictionary<OutboxEvent, string>
    {
        [OutboxEvent.MessageSent] = "message.created",
        [OutboxEvent.ConversationStarted] = "conversation.created",
        [OutboxEvent.ConversationChanged] = "conversation.updated",
        [OutboxEvent.PresenceChanged] = "user.presence_changed",
        [OutboxEvent.Typing] = "user.typing",
    }.ToFrozenDictionary();

    public static readonly FrozenDictionary<string, OutboxEvent> ByName = Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
}
