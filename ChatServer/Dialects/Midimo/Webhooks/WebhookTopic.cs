using ChatServer.Chat.Conversations;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>Webhooks in the outbox: every conversation of every dialect, where they are switched on.</summary>
internal sealed class WebhookTopic : OutboxTopic
{
    public WebhookTopic(WebhookOptions options)
        : base("midimo.webhooks", options.IsOn ? Enum.GetValues<ConversationKind>() : []) => Events = options.Wanted;
}
