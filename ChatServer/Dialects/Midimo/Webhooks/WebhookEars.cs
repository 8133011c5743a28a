using System.Text.Json;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>
/// Hears what is published, whoever it is for, and has noted what no statement notes: how users stand, who is writing. Everything else is noted
/// by the statement that stores it.
/// </summary>
internal sealed class WebhookEars(
    IEventPublisher fanout, WebhookNotes notes, WebhookTopic topic, MidimoJsonView view, TimeProvider time) : IEventPublisher
{
    /// <summary>Typing that has not been told by then is no news any more.</summary>
    private static readonly TimeSpan TypingLife = TimeSpan.FromSeconds(30);

    public void Publish(ChatEvent chatEvent)
    {
        fanout.Publish(chatEvent);
        if (NoteOf(chatEvent) is { } note)
            notes.Add(note);
        else if (chatEvent is ParticipantsChanged)
            topic.Ring();
    }

    /// <summary>Null where there is nothing to note. What nobody asked for is not put into words: whoever publishes waits for that.</summary>
    private OutboxNote? NoteOf(ChatEvent chatEvent) => chatEvent switch
    {
        PresenceChanged e when topic.Events.Contains(OutboxEvent.PresenceChanged) => new OutboxNote(
            topic.Name, OutboxEvent.PresenceChanged, e.Presence.User.Id, null, JsonSerializer.Serialize(view.Of(e.Presence), MidimoJson.Default.PresenceOut)),
        TypingStarted e when topic.Events.Contains(OutboxEvent.Typing) => Typing(e.Conversation, e.User, isTyping: true),
        TypingStopped e when topic.Events.Contains(OutboxEvent.Typing) => Typing(e.Conversation, e.User, isTyping: false),
        _ => null,
    };

    private OutboxNote Typing(Conversation conversation, User user, bool isTyping) => new(
        topic.Name, OutboxEvent.Typing, user.Id, conversation.Id, JsonSerializer.Serialize(MidimoJsonView.Of(conversation, user, isTyping), MidimoJson.Default.TypingOut))
    {
        ExpiresAt = time.GetUtcNow() + TypingLife,
    };
}
