namespace ChatServer.Chat;

/// <summary>
/// A repository could not reach its store, or could not learn what became of a statement. Every door answers it with the given error.
/// </summary>
public sealed class UnavailableException(ChatError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public ChatError Error { get; } = error;
}
