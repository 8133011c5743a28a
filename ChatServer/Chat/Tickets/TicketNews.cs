using ChatServer.Chat.Events;

namespace ChatServer.Chat.Tickets;

/// <summary>Tells of what becomes of tickets by what is said in them.</summary>
public sealed class TicketNews(ITicketRepository tickets, IEventPublisher events)
{
    /// <summary>A message has taken a resolved ticket up again (contracts S4-4).</summary>
    public async Task TellReopenedAsync(Caller caller, ConversationId id, CancellationToken cancellation)
    {
        try
        {
            if (await tickets.FindAsync(id, caller.Id, cancellation) is { } detail)
                events.Publish(new TicketStatusChanged(detail.Ticket));
        }
        catch (Exception e) when (e is UnavailableException or OperationCanceledException)
        {
            // The message is stored and its sender has been told so; lists that are read again show the status.
            return;
        }
    }
}
