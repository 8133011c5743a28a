namespace ChatServer.Chat.Conversations;

public interface IConversationRepository
{
    Task<Conversation?> FindAsync(ConversationId id, CancellationToken cancellation);

    Task<Conversation?> FindAsync(Guid uid, CancellationToken cancellation);

    Task<ConversationDetail?> FindDetailAsync(ConversationId id, CancellationToken cancellation);

    /// <summary>The customer's one permanent conversation of this kind, a room or a channel, made if it is not there.</summary>
    Task<Conversation> EnsureAsync(ConversationKind kind, UserId customer, CancellationToken cancellation);

    /// <summary>Newest activity first, silent ones last.</summary>
    Task<IReadOnlyList<ConversationDetail>> ListAsync(ConversationFilter filter, CancellationToken cancellation);
}

/// <summary>Which conversations a list shows; a null leaves that question open.</summary>
/// <param name="Assigned">True: somebody answers it. False: nobody does.</param>
/// <param name="HasMessages">True: only conversations in which something was said.</param>
/// <param name="Participant">Besides, whatever the rest says, the threads that this user takes part in.</param>
public sealed record ConversationFilter(
    ConversationKind? Kind = null,
    UserId? Customer = null,
    UserId? Assignee = null,
    bool? Assigned = null,
    bool HasMessages = false,
    UserId? Participant = null);
