using System.Text.Json;
using ChatServer.Chat.Events;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>
/// Hears what is published, whoever it is for, and has noted what is stored nowhere: who came or went, who is writing. Everything else is noted
/// by the statement that stores it.
/// </summary>
internal sealed class WebhookEars(IEventPublisher fanout, WebhookNotes notes, WebhookOptions options, TimeProvider time) : IEventPublisher
{
    /// <summary>Typing that has not been told by then is no news any more.</summary>
    private static readonly TimeSpan TypingLife = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<OutboxEvent> _wanted = options.Wanted;

    public void Publish(ChatEvent chatEvent)
    {
        fanout.Publish(chatEvent);
        if (NoteOf(chatEvent) is { } note && _wanted.Contains(note.Event))
            notes.Add(note);
    }

    private OutboxNote? NoteOf(ChatEvent chatEvent) => chatEvent switch
    {
        TypingStarted e => Typing(TypingOut.From(e.Conversation, e.User, isTyping: true), e.User.Id, e.Conversation.Id),
        TypingStopped e => Typing(TypingOut.From(e.Conversation, e.User, isTyping: false), e.User.Id, e.Conversation.Id),
        _ => null,
    };

    private OutboxNote Typing(TypingOut typing, Chat.UserId user, Chat.ConversationId conversation) =>
        new(WebhookTopic.TopicName, OutboxEvent.Typing, user, conversation, JsonSerializer.Serialize(typing, MidimoJson.Default.TypingOut))
        {
            ExpiresAt = time.GetUtcNow() + TypingLife,
        };
}
