using ChatServer.Chat.Conversations;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>Push in the outbox: every message in a customer's channel, where it is switched on.</summary>
internal sealed class PushTopic(PushOptions options) : OutboxTopic("restaurant.push", options.IsOn ? [ConversationKind.Channel] : []);
