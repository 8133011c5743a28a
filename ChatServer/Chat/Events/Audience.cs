using ChatServer.Chat.Conversations;
using ChatServer.Chat.Stays;

namespace ChatServer.Chat.Events;

/// <summary>Whom an event may be addressed to. Rooms are typed values of the server, never text from a client.</summary>
public enum RoomKind
{
    /// <summary>Those who entered a conversation.</summary>
    Conversation,

    /// <summary>All sessions of one user, in whatever dialect.</summary>
    User,

    /// <summary>Everyone who answers customers.</summary>
    Staff,

    /// <summary>Sessions of one user that hear all the user's conversations, without entering each.</summary>
    Inbox,

    /// <summary>Sessions that hear every conversation of one kind.</summary>
    Desk,

    /// <summary>Sessions that hear what guests and their hotel's department say.</summary>
    Department,

    /// <summary>Sessions that hear how one user stands, whoever's they are.</summary>
    Presence,
}

/// <summary>A set of sessions that hear the same events.</summary>
public readonly record struct Room(RoomKind Kind, long Id)
{
    public static readonly Room Staff = new(RoomKind.Staff, 0);

    public static Room Of(ConversationId id) => new(RoomKind.Conversation, id.Value);

    public static Room Of(UserId id) => new(RoomKind.User, id.Value);

    public static Room InboxOf(UserId id) => new(RoomKind.Inbox, id.Value);

    public static Room DeskOf(ConversationKind kind) => new(RoomKind.Desk, (long)kind);

    public static Room PresenceOf(UserId id) => new(RoomKind.Presence, id.Value);

    public static Room Of(DepartmentId id) => new(RoomKind.Department, id.Value);

    /// <summary>Those who look after all conversations like this one.</summary>
    public static Room DeskOf(Conversation conversation) => conversation.Stay switch
    {
        null => DeskOf(conversation.Kind),
        { IsBroadcast: true } stay => Of(stay.Department.Id),
        _ => Of(conversation.Id),
    };
}

/// <summary>The union of some rooms, without one user: each session in it hears an event once, however many of the rooms it sits in.</summary>
public sealed record Audience(params Room[] Rooms)
{
    public UserId? Except { get; init; }

    /// <summary>Whoever hears what is said in a conversation, in whichever way a session listens.</summary>
    public static Audience Of(Conversation conversation) => conversation switch
    {
        { Thread: { } thread } => new([Room.Of(conversation.Id), .. thread.Participants.Select(participant => Room.InboxOf(participant.User.Id))]),
        { CustomerId: { } customer } => new(Room.Of(conversation.Id), Room.InboxOf(customer), Room.DeskOf(conversation)),
        _ => new(Room.Of(conversation.Id), Room.DeskOf(conversation)),
    };
}
