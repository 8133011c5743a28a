using ChatServer.Chat.Users;

namespace ChatServer.Chat;

/// <summary>Who is asking: an authenticated user, through which dialect, and until when the credential holds.</summary>
/// <param name="User">The user with the role that counts for this connection.</param>
/// <param name="Scope">The dialect's name, and behind it which service calls, if one does; client keys of one scope never meet those of another.</param>
/// <param name="ExpiresAt">When the credential ends.</param>
public sealed record Caller(User User, string Scope, DateTimeOffset ExpiresAt)
{
    public UserId Id => User.Id;

    /// <summary>Whether a trusted service acts for the user: it is held neither to the user's rights on conversations nor to the user's rate.</summary>
    public bool IsService { get; init; }
}
