using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Events;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>
/// Whom one stream of presence watches, and what it says of them. A target's room is entered before the target's state is read, so that nothing falls in
/// between. Used by the stream's reader alone.
/// </summary>
/// <param name="targets">Those that were named; null: the caller's contacts, whoever they are at the time.</param>
/// <param name="limit">Whom it watches at most.</param>
internal sealed class PresenceWatch(StreamSession session, Adapter adapter, PresenceService presence, PresenceView view, PresenceTargets? targets, int limit)
{
    private readonly Dictionary<UserId, User> _watched = [];
    private readonly HashSet<UserId> _left = [];

    /// <summary>How everybody stands at the beginning; who may not be seen looks like who is not there.</summary>
    public async Task<IReadOnlyList<Wire.PresenceUpdate>> BeginAsync(CancellationToken cancellation)
    {
        var seen = await LookAsync(PresenceView.Initial, cancellation);
        var unseen = targets is null ? [] : targets.Names.Where(pair => !_watched.ContainsKey(pair.Key)).Select(pair => pair.Value).Concat(targets.Nobody);
        return [.. unseen.Select(name => new Wire.PresenceUpdate { Presence = PresenceView.Nobody(name), UpdateType = PresenceView.Initial }), .. seen];
    }

    /// <summary>
    /// Looks again at who may be seen: says how those stand who were not seen before, and takes leave, for good, of those who may be seen no longer,
    /// or are deactivated.
    /// </summary>
    public Task<IReadOnlyList<Wire.PresenceUpdate>> LookAgainAsync(CancellationToken cancellation) =>
        LookAsync(targets is null ? PresenceView.Initial : PresenceView.Changed, cancellation);

    /// <summary>An event as this stream is sent it; null for one about somebody of whom it has taken leave meanwhile.</summary>
    public ReadOnlyMemory<byte>? Read(Frame frame)
    {
        if (!_watched.TryGetValue(new UserId(long.Parse(frame.Offset!, CultureInfo.InvariantCulture)), out var user))
            return null;
        var name = NameOf(user);
        return name == MidimoName.Of(user) ? frame.Bytes : PresenceView.Rename(frame.Bytes, name);
    }

    private async Task<IReadOnlyList<Wire.PresenceUpdate>> LookAsync(string newcomers, CancellationToken cancellation)
    {
        var caller = session.Caller;
        IEnumerable<UserId> wanted = targets is null ? await presence.FindContactsAsync(caller, limit, cancellation) : targets.Names.Keys;
        var visible = await presence.MaySeeAsync(caller, [.. wanted.Union(_watched.Keys)], cancellation);
        var leaving = _watched.Values.Where(user => !visible.Contains(user.Id)).ToList();
        foreach (var user in leaving)
            Leave(user);
        var joining = wanted.Where(user => visible.Contains(user) && !_left.Contains(user) && !_watched.ContainsKey(user)).Take(limit - _watched.Count).ToList();
        foreach (var user in joining)
            adapter.Join(session, Room.PresenceOf(user));
        var joined = await presence.GetAsync(caller, joining, cancellation);
        foreach (var (id, there) in joined)
            _watched[id] = there.User;
        return
        [
            .. leaving.Select(user => view.Update(UserPresence.Hidden(user), NameOf(user), PresenceView.Removed)),
            .. joined.Values.Select(there => view.Update(there, NameOf(there.User), newcomers)),
        ];
    }

    private void Leave(User user)
    {
        adapter.Leave(session, Room.PresenceOf(user.Id));
        _watched.Remove(user.Id);
        _left.Add(user.Id);
    }

    private string NameOf(User user) => targets?.Names.GetValueOrDefault(user.Id) ?? MidimoName.Of(user);
}
