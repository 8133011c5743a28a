using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace ChatServer.Chat.Presence;

/// <summary>How a user stood when somebody looked.</summary>
/// <param name="IsConnected">With a session now, or within the grace after the last one.</param>
/// <param name="WasTold">What the others were told of that.</param>
/// <param name="IsDue">Whether the others are to be told in any case.</param>
/// <param name="LeftAt">The end of the last session; null: none has ended.</param>
public readonly record struct Connectedness(bool IsConnected, bool WasTold, bool IsDue, DateTimeOffset? LeftAt);

/// <summary>
/// Who is connected to this process, through whichever dialect. Where sessions come and go there is counting and nothing else; what follows from it is
/// due at once for who comes, and after the grace for who goes, and settled elsewhere. There is one entry for each user who is connected or
/// whose going is not settled yet: who comes asks the store first, so that nobody can come while nothing can be settled.
/// </summary>
public sealed class ConnectedUsers(PresenceOptions options, TimeProvider time)
{
    /// <summary>Until what failed is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, Entry> _entries = [];
    private readonly PriorityQueue<UserId, long> _due = new();
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Users who are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>A session of the user has begun to count.</summary>
    public void Open(UserId user)
    {
        lock (_lock)
        {
            var entry = EntryOf(user);
            entry.Sessions++;
            Consider(user, entry);
        }
    }

    /// <summary>A session of the user counts no longer.</summary>
    public void Close(UserId user)
    {
        lock (_lock)
        {
            var entry = EntryOf(user);
            if (--entry.Sessions > 0)
                return;
            (entry.LeftAt, entry.GraceEnd, entry.IsNoted) = (time.GetUtcNow(), time.GetTimestamp() + Ticks(TimeSpan.FromSeconds(options.GraceSeconds)), false);
            Consider(user, entry);
        }
    }

    /// <summary>The others are to be told how the user stands, whatever they were told before.</summary>
    public void MustTell(UserId user)
    {
        lock (_lock)
        {
            var entry = EntryOf(user);
            entry.IsDue = true;
            Consider(user, entry);
        }
    }

    /// <summary>Takes users whose matter is to be settled now. Each is to be given back by <see cref="Settle"/> or <see cref="Retry"/>.</summary>
    public IReadOnlyList<UserId> TakeDue(int limit)
    {
        var taken = new List<UserId>();
        lock (_lock)
        {
            while (taken.Count < limit && _due.TryPeek(out var user, out var due) && due <= time.GetTimestamp())
            {
                _due.Dequeue();
                // What was put off, or settled before its time, is no longer due by this.
                if (!_entries.TryGetValue(user, out var entry) || entry.Queued != due)
                    continue;
                entry.Queued = null;
                if (DueOf(entry) <= time.GetTimestamp())
                    taken.Add(user);
                else
                    Consider(user, entry);
            }
        }
        return taken;
    }

    public Connectedness Look(UserId user)
    {
        lock (_lock)
            return _entries.TryGetValue(user, out var entry) ? new Connectedness(IsConnected(entry), entry.WasTold, entry.IsDue, entry.LeftAt) : default;
    }

    /// <summary>The others know what was seen then, and the store when the user was there.</summary>
    public void Settle(UserId user, Connectedness seen)
    {
        lock (_lock)
        {
            var entry = EntryOf(user);
            (entry.WasTold, entry.IsDue) = (seen.IsConnected, entry.IsDue && !seen.IsDue);
            entry.IsNoted |= !seen.IsConnected && entry.LeftAt == seen.LeftAt;
            Consider(user, entry);
        }
    }

    /// <summary>It did not work out, and is tried again a little later.</summary>
    public void Retry(UserId user)
    {
        lock (_lock)
        {
            var entry = EntryOf(user);
            Queue(user, entry, time.GetTimestamp() + Ticks(Pause));
        }
    }

    /// <summary>Everybody whose being here is not noted in the store, for the end of the process.</summary>
    public IReadOnlyList<LastActive> Unnoted()
    {
        lock (_lock)
            return [.. _entries.Where(pair => pair.Value is { Sessions: > 0 } or { IsNoted: false })
                .Select(pair => new LastActive(pair.Key, pair.Value.Sessions > 0 ? time.GetUtcNow() : pair.Value.LeftAt!.Value))];
    }

    /// <summary>Wakes whoever waits, or the next who does; never blocks.</summary>
    public void Ring() => _bell.Writer.TryWrite(true);

    /// <summary>Ends when something may be due. For one who waits.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await _bell.Reader.ReadAsync(cancellation);

    private Entry EntryOf(UserId user) => CollectionsMarshal.GetValueRefOrAddDefault(_entries, user, out _) ??= new Entry();

    /// <summary>Puts a user into the queue of what is due, or forgets who is gone for good.</summary>
    private void Consider(UserId user, Entry entry)
    {
        if (DueOf(entry) is { } due)
            Queue(user, entry, due);
        else if (entry is { Sessions: 0, Queued: null })
            _entries.Remove(user);
    }

    private void Queue(UserId user, Entry entry, long due)
    {
        if (entry.Queued <= due)
            return;
        entry.Queued = due;
        _due.Enqueue(user, due);
        if (due <= time.GetTimestamp())
            Ring();
    }

    /// <summary>When the matter of a user is to be settled; null: it is.</summary>
    private long? DueOf(Entry entry)
    {
        if (entry.IsDue || (entry.Sessions > 0 && !entry.WasTold))
            return 0;
        return entry.Sessions == 0 && (entry.WasTold || !entry.IsNoted) ? entry.GraceEnd : null;
    }

    private bool IsConnected(Entry entry) => entry.Sessions > 0 || (entry.WasTold && time.GetTimestamp() < entry.GraceEnd);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private sealed class Entry
    {
        public int Sessions { get; set; }

        public bool WasTold { get; set; }

        public bool IsDue { get; set; }

        /// <summary>Whether the store knows when the user left, or there is nothing to know.</summary>
        public bool IsNoted { get; set; } = true;

        public DateTimeOffset? LeftAt { get; set; }

        /// <summary>As a timestamp.</summary>
        public long GraceEnd { get; set; }

        /// <summary>Its earliest place in the queue that still counts; null: it stands in none.</summary>
        public long? Queued { get; set; }
    }
}
