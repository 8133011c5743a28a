namespace ChatServer.Chat.Outbox;

/// <summary>One thing to tell.</summary>
public readonly record struct OutboxEntryId(long Value);

/// <summary>A message that somebody outside is to be told of, as whoever took it holds it.</summary>
/// <param name="Topic">Who is to be told.</param>
/// <param name="Attempts">How often it was taken, this time included. It names the holder too: what a late one says of an entry that was taken again counts for nothing.</param>
/// <param name="Reached">Which of several recipients were told before, by the topic's own ids.</param>
public sealed record OutboxEntry(
    OutboxEntryId Id, string Topic, MessageId MessageId, ConversationId ConversationId, int Attempts, IReadOnlyList<long> Reached);

/// <summary>How much of a topic is left.</summary>
/// <param name="Waiting">To be told, now or later.</param>
/// <param name="Dead">Given up.</param>
public readonly record struct OutboxCount(long Waiting, long Dead);
