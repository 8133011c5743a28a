using System.Collections.Concurrent;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Users;

namespace ChatServer.Fanout;

/// <summary>
/// Which sessions sit in which rooms, and the way of an event to them.
/// Locks, in order: conversation lane → room membership → session and socket state. Never two rooms at once; nothing awaits under the last two.
/// </summary>
public sealed class Adapter(FanoutOptions options, ILogger<Adapter> logger) : IEventPublisher, IPresence
{
    private readonly ConcurrentDictionary<Room, RoomMembers> _rooms = new();

    /// <summary>Rooms that somebody sits in.</summary>
    public int RoomCount => _rooms.Count;

    /// <summary>Lets a session into a room. In a conversation the user's first session is announced to the others, before this returns.</summary>
    public EnterOutcome Join(Session session, Room room)
    {
        while (true)
        {
            var members = _rooms.GetOrAdd(room, static r => new RoomMembers(r));
            var outcome = members.TryAdd(session, options.RoomsPerSession, m => Announce(m, room, session.Caller.User, joined: true));
            if (outcome is null || (outcome is EnterOutcome.Refused && members.RetireIfEmpty()))
                Discard(room, members);
            if (outcome is not null)
                return outcome.Value;
        }
    }

    /// <summary>Takes a session out of a room. In a conversation the going of the user's last session is announced to the others.</summary>
    /// <returns>Whether this was the user's last session there.</returns>
    public bool Leave(Session session, Room room)
    {
        if (!_rooms.TryGetValue(room, out var members))
            return false;
        if (members.RemoveOne(session, (m, s) => Announce(m, room, s.Caller.User, joined: false), out var wasLast))
            Discard(room, members);
        return wasLast;
    }

    /// <summary>Takes a session out of every room for good: no room lets it in again.</summary>
    public void LeaveAll(Session session)
    {
        foreach (var room in session.Close())
            Leave(session, room);
    }

    /// <summary>
    /// Lets a session count as present in its rooms or not. It hears the same as before; in conversations the others hear of its user's last
    /// session going and of the first one coming.
    /// </summary>
    public void SetAway(Session session, bool isAway)
    {
        foreach (var room in session.SetAway(isAway))
        {
            if (_rooms.TryGetValue(room, out var members))
                members.SetAway(session, isAway, m => Announce(m, room, session.Caller.User, joined: !isAway));
        }
    }

    /// <summary>The users who are present in a room: each with a session whose client is there.</summary>
    public IReadOnlyList<User> Present(Room room) => _rooms.TryGetValue(room, out var members) ? members.Present() : [];

    public void Publish(ChatEvent chatEvent)
    {
        if (chatEvent.Narrowed is { } narrowed)
            Evict(narrowed);
        var audience = chatEvent.Audience;
        var rooms = new List<RoomMembers>(audience.Rooms.Length);
        foreach (var room in audience.Rooms)
        {
            if (_rooms.TryGetValue(room, out var members))
                rooms.Add(members);
        }
        var broadcast = new Broadcast(chatEvent, audience.Except, overlaps: rooms.Count > 1, logger);
        foreach (var members in rooms)
            members.Deliver(broadcast);
    }

    public IReadOnlySet<UserId> PresentIn(Audience audience)
    {
        var present = new HashSet<UserId>();
        foreach (var room in audience.Rooms)
        {
            if (_rooms.TryGetValue(room, out var members))
                members.AddPresent(present);
        }
        if (audience.Except is { } except)
            present.Remove(except);
        return present;
    }

    /// <summary>Takes out those who may no longer take part, so that they hear nothing of what follows (reliability P7).</summary>
    private void Evict(Conversation conversation)
    {
        var room = Room.Of(conversation.Id);
        if (!_rooms.TryGetValue(room, out var members))
            return;
        if (members.Remove(
            s => !ConversationAccess.MayEnter(s.Caller.User, conversation),
            (m, s) => Announce(m, room, s.Caller.User, joined: false)))
            Discard(room, members);
    }

    /// <summary>Runs under the room's lock and delivers to that room alone, which is the whole audience of these two events.</summary>
    private void Announce(RoomMembers members, Room room, User user, bool joined)
    {
        if (room.Kind is not RoomKind.Conversation)
            return;
        var id = new ConversationId(room.Id);
        ChatEvent chatEvent = joined ? new ParticipantJoined(id, user) : new ParticipantLeft(id, user);
        members.Deliver(new Broadcast(chatEvent, chatEvent.Audience.Except, overlaps: false, logger));
    }

    private void Discard(Room room, RoomMembers members) => _rooms.TryRemove(KeyValuePair.Create(room, members));
}
