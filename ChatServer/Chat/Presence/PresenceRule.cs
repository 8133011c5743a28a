using ChatServer.Chat.Users;

namespace ChatServer.Chat.Presence;

/// <summary>
/// What connections and a user's own word make together: a connected user is ONLINE, or AWAY or BUSY if they say so; of who is not
/// connected their word holds, because a service may say it for somebody who is connected elsewhere (contracts S2-15).
/// </summary>
public sealed class PresenceRule(PresenceOptions options, TimeProvider time)
{
    /// <summary>How a user stands now. A word that has expired was never said.</summary>
    public UserPresence Judge(StoredPresence stored, bool isConnected) =>
        JudgeForever(HasExpired(stored) ? stored with { Said = null } : stored, isConnected);

    /// <summary>As <see cref="Judge"/>, as if words did not expire.</summary>
    public UserPresence JudgeForever(StoredPresence stored, bool isConnected) => stored.User.Active
        ? new UserPresence(
            stored.User,
            StatusOf(stored.Said?.Status, isConnected),
            stored.Said?.CustomStatus ?? "",
            stored.Said?.Device ?? "",
            isConnected ? time.GetUtcNow() : stored.LastActiveAt)
        : UserPresence.Hidden(stored.User);

    /// <summary>Whom somebody must share a conversation with to see; null: nobody. A service may see everybody, and so may an admin, who may enter any conversation.</summary>
    public static UserId? ViewerOf(Caller caller) => caller.IsService || caller.User.Role is Role.Admin ? null : caller.Id;

    private bool HasExpired(StoredPresence stored) =>
        options.ExpireMinutes > 0 && stored.SaidAt <= time.GetUtcNow().AddMinutes(-options.ExpireMinutes);

    private static PresenceStatus StatusOf(PresenceStatus? said, bool isConnected) => said switch
    {
        PresenceStatus.Away or PresenceStatus.Busy => said.Value,
        _ when isConnected => PresenceStatus.Online,
        _ => said ?? PresenceStatus.Offline,
    };
}
