namespace ChatServer.Chat.Outbox;

/// <summary>One thing to tell.</summary>
public readonly record struct OutboxEntryId(long Value);

/// <summary>What has happened, as far as anybody outside is told of it.</summary>
public enum OutboxEvent
{
    /// <summary>A message was stored.</summary>
    MessageSent,

    /// <summary>A conversation was begun: a thread when it was made, every other one with its first message.</summary>
    ConversationStarted,

    /// <summary>Others take part in a conversation than before, or it is called otherwise.</summary>
    ConversationChanged,

    /// <summary>A user came, went, or said how they are.</summary>
    PresenceChanged,

    /// <summary>A user began to write, or left off.</summary>
    Typing,
}

/// <summary>Something that somebody outside is to be told of, as whoever took it holds it.</summary>
/// <param name="Topic">Who is to be told.</param>
/// <param name="MessageId">Of <see cref="OutboxEvent.MessageSent"/> always.</param>
/// <param name="ConversationId">Of everything that happened in a conversation.</param>
/// <param name="Attempts">How often it was taken, this time included. It names the holder too: what a late one says of an entry that was taken again counts for nothing.</param>
/// <param name="Reached">Which of several recipients were told before, by the topic's own ids.</param>
public sealed record OutboxEntry(
    OutboxEntryId Id, string Topic, OutboxEvent Event, MessageId? MessageId, ConversationId? ConversationId, int Attempts, IReadOnlyList<long> Reached)
{
    /// <summary>Whom it concerns, where it concerns one user.</summary>
    public UserId? UserId { get; init; }

    /// <summary>What is to be told in the topic's own words, where it is nowhere stored.</summary>
    public string? Payload { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is tried: since it was noted, or since somebody asked for it again.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it is no news any more; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Something to tell that is stored nowhere else.</summary>
/// <param name="Payload">JSON in the words of the topic, which alone reads it.</param>
public sealed record OutboxNote(string Topic, OutboxEvent Event, UserId UserId, ConversationId? ConversationId, string Payload)
{
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What was given up, as an operator sees it: nothing of what it tells.</summary>
public sealed record DeadLetter(
    OutboxEntryId Id, OutboxEvent Event, MessageId? MessageId, ConversationId? ConversationId, int Attempts, string? Error, DateTimeOffset CreatedAt, DateTimeOffset DeadAt);

/// <summary>How much of a topic is left.</summary>
/// <param name="Waiting">To be told, now or later.</param>
/// <param name="Dead">Given up.</param>
public readonly record struct OutboxCount(long Waiting, long Dead);
