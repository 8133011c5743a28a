using ChatServer.Chat;

namespace ChatServer.Fanout;

/// <summary>One encoded message of a dialect. Any number of sessions are handed the same bytes, which are never written again.</summary>
/// <param name="Bytes">What goes on the wire, as the dialect's transport takes it.</param>
/// <param name="IsBinary">Whether the transport must mark it as binary.</param>
/// <param name="Offset">What in it names the event to clients that may ask for all that came after it; null where none do.</param>
public readonly record struct Frame(ReadOnlyMemory<byte> Bytes, bool IsBinary = false, string? Offset = null)
{
    /// <summary>The one user that it is for; null: everybody who hears the event.</summary>
    public UserId? Only { get; init; }

    /// <summary>The one user that it is not for.</summary>
    public UserId? Except { get; init; }

    public bool IsFor(UserId user) => (Only is null || Only == user) && Except != user;
}
