using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;

namespace ChatServer.Chat.Tickets;

/// <summary>Tells how a ticket stands, where another command than the desk's own has changed it or found it changed.</summary>
public sealed class TicketNews(ITicketRepository tickets, IEventPublisher events)
{
    /// <summary>Tells it, if the conversation is a ticket; told once too often it says the same.</summary>
    public async Task TellStatusAsync(Conversation conversation, CancellationToken cancellation)
    {
        if (conversation.Kind is not ConversationKind.Session)
            return;
        try
        {
            if (await tickets.FindAsync(conversation.Id, viewer: default, cancellation) is { } detail)
                events.Publish(new TicketStatusChanged(detail.Ticket));
        }
        catch (Exception e) when (e is UnavailableException or OperationCanceledException)
        {
            // What was done is stored, and who did it has been told so; lists that are read again show the status.
            return;
        }
    }
}
