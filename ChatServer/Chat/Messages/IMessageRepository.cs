using ChatServer.Chat.Conversations;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Messages;

/// <summary>A message on its way into a conversation's log.</summary>
/// <param name="Uid">Made by the server for this attempt: by it a lost answer to the commit can be cleared up.</param>
public sealed record NewMessage(Guid Uid, ConversationId ConversationId, User Sender, string Content, ClientKey? Key)
{
    public MessageType Type { get; init; }

    /// <summary>Files that it takes up, in this order: the sender's own that no message has, or nothing is stored.</summary>
    public IReadOnlyList<Guid> Attachments { get; init; } = [];

    /// <summary>Whether a service speaks for the sender, which is not held to the sender's rights and takes no room over by it.</summary>
    public bool IsOfService { get; init; }

    /// <summary>Who outside is told of it, if the conversation is one that concerns them.</summary>
    public IReadOnlyList<OutboxTopic> Topics { get; init; } = [];
}

/// <summary>What became of a <see cref="NewMessage"/>; nothing is stored unless it says so.</summary>
public abstract record AppendOutcome
{
    private AppendOutcome()
    {
    }

    /// <summary>Stored now. <paramref name="Assigned"/>: this message made its sender the one who answers the conversation.</summary>
    public sealed record Stored(Message Message, Conversation Conversation, bool Assigned) : AppendOutcome
    {
        /// <summary>Whether this message took the conversation up again that had been resolved.</summary>
        public bool Reopened { get; init; }
    }

    /// <summary>The same sender, key and body were stored before; this is that message.</summary>
    public sealed record Repeated(Message Message) : AppendOutcome;

    /// <summary>The key was used before with another body or conversation.</summary>
    public sealed record KeyReused : AppendOutcome;

    /// <summary>One of its files is gone, somebody else's, or another message's by now.</summary>
    public sealed record FilesMissing : AppendOutcome;

    /// <summary>The conversation as it stands does not take a message from this sender; null when there is none.</summary>
    public sealed record Refused(Conversation? Conversation) : AppendOutcome;
}

public interface IMessageRepository
{
    /// <summary>
    /// Rights, next seq, assignment of an unanswered room to the staff member who speaks first, and the insert: one statement, so
    /// every race is decided by the database. What is to be told outside is noted with it.
    /// </summary>
    Task<AppendOutcome> AppendAsync(NewMessage message, CancellationToken cancellation);

    /// <summary>The page of the log, oldest first.</summary>
    Task<MessagePage> ReadAsync(ConversationId conversation, Page page, CancellationToken cancellation);

    /// <summary>The messages with these numbers, both included, in their order.</summary>
    Task<IReadOnlyList<Message>> ReadRangeAsync(ConversationId conversation, long from, long upTo, CancellationToken cancellation);

    Task<Message?> FindAsync(MessageId id, CancellationToken cancellation);

    /// <summary>The number of a message in a conversation; null when it is not there.</summary>
    Task<long?> FindSeqAsync(ConversationId conversation, Guid message, CancellationToken cancellation);
}
