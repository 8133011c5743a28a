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
}

/// <summary>A set of sessions that hear the same events.</summary>
public readonly record struct Room(RoomKind Kind, long Id)
{
    public static readonly Room Staff = new(RoomKind.Staff, 0);

    public static Room Of(ConversationId id) => new(RoomKind.Conversation, id.Value);

    public static Room Of(UserId id) => new(RoomKind.User, id.Value);
}

/// <summary>The union of some rooms, without one user: each session in it hears an event once, however many of the rooms it sits in.</summary>
public sealed record Audience(params Room[] Rooms)
{
    public UserId? Except { get; init; }
}
