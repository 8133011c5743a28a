using ChatServer.Chat.Events;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Presence;

/// <summary>
/// Telling how users stand, after the fact and by one worker: nobody who connects, goes, or says something waits for it. Several
/// changes of a user that wait are told as one. While the store is away nothing is told, and everything when it is back.
/// </summary>
public sealed class PresenceNews(
    IPresenceRepository presences, ConnectedUsers connected, UserLanes lanes, PresenceRule rule, IEventPublisher events, PresenceOptions options, TimeProvider time)
{
    /// <summary>Users settled together: two or three queries.</summary>
    private const int Batch = 500;

    /// <summary>Users who hear of one change in their inboxes (reliability section 4: who hears one event).</summary>
    private const int MaxContacts = 1000;

    private DateTimeOffset _expiredUpTo = time.GetUtcNow().AddMinutes(-options.ExpireMinutes);

    /// <summary>Settles everything that is due. For one caller at a time.</summary>
    /// <exception cref="UnavailableException">The store is away; what was not settled is tried again.</exception>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        await ExpireAsync(cancellation);
        while (connected.TakeDue(Batch) is { Count: > 0 } due)
        {
            var left = new HashSet<UserId>(due);
            try
            {
                foreach (var lane in due.GroupBy(UserLanes.Of))
                {
                    await lanes.RunAsync(lane.Key, () => SettleAsync([.. lane], cancellation), cancellation);
                    left.ExceptWith(lane);
                }
            }
            finally
            {
                foreach (var user in left)
                    connected.Retry(user);
            }
        }
    }

    /// <summary>Notes of everybody who is connected that they were there until now.</summary>
    public Task NoteActiveAsync(CancellationToken cancellation) =>
        connected.Unnoted() is { Count: > 0 } users ? presences.NoteActiveAsync(users, cancellation) : Task.CompletedTask;

    private async Task<bool> SettleAsync(UserId[] users, CancellationToken cancellation)
    {
        var seen = users.ToDictionary(user => user, connected.Look);
        var gone = seen.Where(pair => pair.Value is { IsConnected: false, LeftAt: not null }).Select(pair => new LastActive(pair.Key, pair.Value.LeftAt!.Value)).ToList();
        if (gone.Count > 0)
            await presences.NoteActiveAsync(gone, cancellation);
        var news = (await presences.FindAsync(users, viewer: null, cancellation)).Where(stored => IsNews(stored, seen[stored.User.Id])).ToList();
        if (news.Count > 0)
        {
            var contacts = await presences.FindContactsAsync([.. news.Select(stored => stored.User.Id)], MaxContacts, cancellation);
            foreach (var stored in news)
                events.Publish(new PresenceChanged(rule.Judge(stored, seen[stored.User.Id].IsConnected), [stored.User.Id, .. contacts[stored.User.Id]]));
        }
        foreach (var (user, state) in seen)
            connected.Settle(user, state);
        return true;
    }

    private bool IsNews(StoredPresence stored, Connectedness state) =>
        state.IsDue || !rule.Judge(stored, state.IsConnected).LooksLike(rule.Judge(stored, state.WasTold));

    /// <summary>Finds whose word has expired since the last time, and is seen in another way by it.</summary>
    private async Task ExpireAsync(CancellationToken cancellation)
    {
        var upTo = time.GetUtcNow().AddMinutes(-options.ExpireMinutes);
        if (options.ExpireMinutes == 0 || upTo <= _expiredUpTo)
            return;
        foreach (var stored in await presences.FindSaidAsync(_expiredUpTo, upTo, cancellation))
        {
            var state = connected.Look(stored.User.Id);
            if (!rule.Judge(stored, state.IsConnected).LooksLike(rule.JudgeForever(stored, state.WasTold)))
                connected.MustTell(stored.User.Id);
        }
        _expiredUpTo = upTo;
    }
}
