using System.Collections.Concurrent;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Conversations;

/// <summary>
/// How far each conversation's log has been shown to those who sit there. Whoever stores a message shows it; one that was stored while
/// the store fell silent, so that nobody knew, leaves a gap in the seq and is shown before what follows it (reliability P4, P5).
/// Asked in the conversation's lane only.
/// </summary>
public sealed class ShownLogs(IMessageRepository messages, IEventPublisher events)
{
    /// <summary>Conversations remembered: some megabytes. One that is forgotten is taken to be complete (reliability P8).</summary>
    private const int Bound = 100_000;

    private readonly ConcurrentDictionary<ConversationId, long> _shown = new();

    /// <summary>Shows a message that was just stored, and before it what was missed. While that cannot be read, both wait for the next time.</summary>
    /// <param name="stored">The message.</param>
    /// <param name="conversation">As it stands with it.</param>
    /// <param name="senderKey">The sender's own name for it; what is shown late has none any more.</param>
    /// <param name="cancellation">Gives up what was missed.</param>
    public async Task ShowAsync(Message stored, Conversation conversation, string? senderKey, CancellationToken cancellation)
    {
        try
        {
            await CatchUpAsync(conversation, stored.Seq - 1, cancellation);
        }
        catch (Exception e) when (e is UnavailableException or OperationCanceledException)
        {
            // The sender was told that it is stored, which is true. The gap stays, and with it the memory of what is to be shown.
            return;
        }
        Show(stored, conversation, senderKey);
    }

    /// <summary>Shows what was stored up to <paramref name="upTo"/> and missed. Of a conversation that was not heard of yet nothing is missed.</summary>
    public async Task CatchUpAsync(Conversation conversation, long upTo, CancellationToken cancellation)
    {
        if (_shown.TryGetValue(conversation.Id, out var last) && last < upTo)
            await ShowMissedAsync(conversation, last + 1, upTo, cancellation);
        Note(conversation.Id, upTo);
    }

    private async Task ShowMissedAsync(Conversation conversation, long from, long upTo, CancellationToken cancellation)
    {
        for (; from <= upTo; from += Page.MaxLimit)
        {
            foreach (var missed in await messages.ReadRangeAsync(conversation.Id, from, Math.Min(upTo, from + Page.MaxLimit - 1), cancellation))
                Show(missed, conversation);
        }
        // What was missed may have given the room to somebody.
        if (conversation.AssigneeId is not null)
            events.Publish(new ConversationAssigned(conversation));
    }

    /// <summary>Notes of the system stand in the log and are not told as they happen: an event of their own tells that (contracts S4-14).</summary>
    private void Show(Message message, Conversation conversation, string? senderKey = null)
    {
        if (message.Type is not MessageType.System)
        {
            events.Publish(new MessageSent(message, conversation) { SenderKey = senderKey });
            events.Publish(new ConversationBumped(conversation, message));
        }
        Note(conversation.Id, message.Seq);
    }

    private void Note(ConversationId conversation, long seq)
    {
        if (_shown.Count >= Bound)
            _shown.Clear();
        _shown[conversation] = _shown.TryGetValue(conversation, out var last) ? Math.Max(last, seq) : seq;
    }
}
