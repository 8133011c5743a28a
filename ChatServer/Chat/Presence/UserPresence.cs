using ChatServer.Chat.Users;

namespace ChatServer.Chat.Presence;

/// <summary>How somebody stands with everybody: what they said of themselves and whether they are connected, taken together.</summary>
/// <param name="CustomStatus">In their own words; empty: nothing.</param>
/// <param name="Device">What they use, in the client's words; empty: not known.</param>
/// <param name="LastActiveAt">When they were there last; null: never, or not to be told.</param>
public sealed record UserPresence(User User, PresenceStatus Status, string CustomStatus, string Device, DateTimeOffset? LastActiveAt)
{
    /// <summary>What is shown of somebody of whom nothing is known, and of everybody whom it does not concern.</summary>
    public static UserPresence Hidden(User user) => new(user, PresenceStatus.Offline, "", "", null);

    /// <summary>Whether others would see no change from this to <paramref name="other"/>. Being active goes on all the time and is none.</summary>
    public bool LooksLike(UserPresence other) => this with { User = other.User, LastActiveAt = other.LastActiveAt } == other;
}

/// <summary>What a user says of themselves, or a service of a user.</summary>
public sealed record PresenceStatement(PresenceStatus Status, string CustomStatus, string Device);

/// <summary>What the store has of a user.</summary>
/// <param name="Said">Null: they never said anything.</param>
/// <param name="SaidAt">When they did.</param>
/// <param name="IsVisible">Whether it concerns whoever asked.</param>
public sealed record StoredPresence(User User, PresenceStatement? Said, DateTimeOffset? SaidAt, DateTimeOffset? LastActiveAt, bool IsVisible);
