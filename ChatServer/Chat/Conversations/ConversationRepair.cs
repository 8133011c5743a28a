using System.Collections.Concurrent;
using ChatServer.Chat.Events;
using ChatServer.Chat.Tickets;

namespace ChatServer.Chat.Conversations;

/// <summary>
/// Looks again at conversations in which a command failed because the store was away: what it changed nevertheless is shown, and who
/// lost the room by it is put out, and how a ticket stands now is told, as soon as the store answers, even if nobody does anything there.
/// </summary>
public sealed class ConversationRepair(
    ConversationLanes lanes, IConversationRepository conversations, ShownLogs shown, TicketNews tickets, IEventPublisher events, TimeProvider time)
{
    /// <summary>Between two looks, each at one conversation until the store answers.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<ConversationId, byte> _due = new();
    private Task _repairs = Task.CompletedTask;

    /// <summary>Runs a command that may leave something behind when the store falls silent.</summary>
    public async Task<Result<T>> GuardAsync<T>(ConversationId conversation, Func<Task<Result<T>>> command)
    {
        try
        {
            return await command();
        }
        catch (UnavailableException)
        {
            Request(conversation);
            throw;
        }
    }

    private void Request(ConversationId conversation)
    {
        lock (_gate)
        {
            _due.TryAdd(conversation, 0);
            if (_repairs.IsCompleted)
                _repairs = RepairAllAsync();
        }
    }

    private async Task RepairAllAsync()
    {
        while (true)
        {
            await Task.Delay(Pause, time);
            foreach (var conversation in _due.Keys)
            {
                if (!await TryRepairAsync(conversation))
                    break;
                _due.TryRemove(conversation, out _);
            }
            lock (_gate)
            {
                if (_due.IsEmpty)
                {
                    _repairs = Task.CompletedTask;
                    return;
                }
            }
        }
    }

    private async Task<bool> TryRepairAsync(ConversationId id)
    {
        try
        {
            return (await lanes.RunAsync(id, () => RepairAsync(id), CancellationToken.None)).Error is null;
        }
        catch (UnavailableException)
        {
            return false;
        }
    }

    private async Task<Result<bool>> RepairAsync(ConversationId id)
    {
        if (await conversations.FindAsync(id, CancellationToken.None) is not { } conversation)
            return true;
        await shown.CatchUpAsync(conversation, conversation.LastSeq, CancellationToken.None);
        if (conversation.AssigneeId is not null)
            events.Publish(new ConversationAssigned(conversation));
        if (conversation.Thread is not null)
            events.Publish(new ParticipantsChanged(conversation, []));
        await tickets.TellStatusAsync(conversation, CancellationToken.None);
        return true;
    }
}
