using ChatServer.Chat.Conversations;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>Webhooks in the outbox: every conversation of every dialect, where they are switched on.</summary>
internal sealed class WebhookTopic : OutboxTopic
{
    public const string TopicName = "midimo.webhooks";

    public WebhookTopic(WebhookOptions options)
        : base(TopicName, options.IsOn ? Enum.GetValues<ConversationKind>() : []) => Events = options.Wanted;
}
