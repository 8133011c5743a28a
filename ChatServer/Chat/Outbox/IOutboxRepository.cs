namespace ChatServer.Chat.Outbox;

/// <summary>
/// What waits to be told outside, at least once each. An entry is taken for a time; whoever does not say what became of it by then has
/// lost it to the next who asks, so that the end of a process costs a delay and nothing else.
/// </summary>
public interface IOutboxRepository
{
    /// <summary>The entries that are due longest, for the caller alone until the lease ends. Any number of processes may ask at once.</summary>
    Task<IReadOnlyList<OutboxEntry>> TakeAsync(string topic, int limit, TimeSpan lease, CancellationToken cancellation);

    /// <summary>It has been told, or there is nobody to tell.</summary>
    Task DoneAsync(OutboxEntry entry, CancellationToken cancellation);

    /// <summary>It is to be tried again at a time; <see cref="OutboxEntry.Reached"/> is kept.</summary>
    Task RetryAsync(OutboxEntry entry, DateTimeOffset due, string error, CancellationToken cancellation);

    /// <summary>It is given up and kept as a dead letter, which nobody takes.</summary>
    Task BuryAsync(OutboxEntry entry, string error, CancellationToken cancellation);

    /// <summary>Makes a topic's dead letters due again, their attempts forgotten and those they reached remembered; how many there were.</summary>
    Task<int> ReplayAsync(string topic, CancellationToken cancellation);

    /// <summary>As <see cref="ReplayAsync(string, CancellationToken)"/>, for one dead letter; false when there is none of this id.</summary>
    Task<bool> ReplayAsync(string topic, OutboxEntryId id, CancellationToken cancellation);

    /// <summary>The newest dead letters first.</summary>
    Task<IReadOnlyList<DeadLetter>> ListDeadAsync(string topic, int limit, CancellationToken cancellation);

    /// <summary>Notes what is stored nowhere else. What is stored is noted by the statement that stores it.</summary>
    Task NoteAsync(IReadOnlyCollection<OutboxNote> notes, CancellationToken cancellation);

    Task<OutboxCount> CountAsync(string topic, CancellationToken cancellation);
}
