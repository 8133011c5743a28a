using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Channels;

/// <summary>A conversation as one reader's list shows it.</summary>
/// <param name="Unread">
/// Messages of the other side, in a thread of everybody else, behind the reader's marker and behind the reader's own newest message, of the
/// newest <see cref="IChannelRepository.Looked"/>.
/// </param>
public sealed record ChannelSummary(ConversationDetail Detail, int Unread);

/// <summary>Which of many, counted back from the newest.</summary>
/// <param name="Limit">How many at most.</param>
/// <param name="Offset">How many of the newest are left out.</param>
public readonly record struct Slice(int Limit, long Offset)
{
    public static readonly Slice Latest = new(Page.DefaultLimit, 0);
}

public interface IChannelRepository
{
    /// <summary>Messages of a conversation at which a count of the unread looks at most: badges end at 99+, and a list of a thousand channels reads no more than this of each.</summary>
    const int Looked = 100;

    /// <summary>
    /// A reader's conversations, newest activity first. A customer's own: the channel, and others in which something was said. For those who serve:
    /// every channel, and what else they answer. For everybody: the threads they take part in.
    /// </summary>
    Task<IReadOnlyList<ChannelSummary>> ListAsync(User reader, CancellationToken cancellation);

    Task<ChannelSummary?> FindAsync(ConversationId id, User reader, CancellationToken cancellation);

    /// <summary>The messages of all conversations of <see cref="ListAsync"/>, newest first.</summary>
    Task<IReadOnlyList<Message>> ReadAllAsync(User reader, Slice slice, CancellationToken cancellation);

    /// <summary>Those of them with a higher id, in the order of ids; when there are more than <paramref name="limit"/>, the newest.</summary>
    Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadAfterAsync(User reader, MessageId after, int limit, CancellationToken cancellation);

    /// <summary>Notes that a reader has seen a conversation up to a message; never back.</summary>
    Task MarkReadAsync(ConversationId id, UserId reader, long seq, CancellationToken cancellation);
}
