namespace ChatServer.Tests.Support;

/// <summary>What has come so far, in order, and a way to wait for what is yet to come. May be filled and read from any thread.</summary>
internal sealed class Journal<T>
{
    /// <summary>Far above anything that is waited for here, so that only a fault runs into it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly List<T> _entries = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _isComplete;

    public IReadOnlyList<T> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    public void Add(T entry) => Change(() => _entries.Add(entry));

    /// <summary>Nothing more comes: whoever waits fails now.</summary>
    public void Complete() => Change(() => _isComplete = true);

    /// <summary>The first entry that matches, whether it came already or comes later. A failure shows all that came instead.</summary>
    public async Task<T> WaitForAsync(Func<T, bool> matches, string what) => (await WaitForAsync(matches, 1, what))[0];

    /// <summary>The first <paramref name="count"/> entries that match.</summary>
    public async Task<IReadOnlyList<T>> WaitForAsync(Func<T, bool> matches, int count, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var (found, isComplete, changed) = Look(matches);
            if (found.Count >= count)
                return found[..count];
            if (isComplete || !await IsChangedAsync(changed, patience.Token))
                throw new AssertionException($"{(isComplete ? "The end came" : "Time ran out")} before {what}. What came:\n{string.Join('\n', Entries)}");
        }
    }

    private (List<T> Found, bool IsComplete, Task Changed) Look(Func<T, bool> matches)
    {
        lock (_lock)
            return ([.. _entries.Where(matches)], _isComplete, _changed.Task);
    }

    private static async Task<bool> IsChangedAsync(Task changed, CancellationToken patience)
    {
        await Task.WhenAny(changed, Task.Delay(Timeout.Infinite, patience));
        return changed.IsCompleted;
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            _changed.SetResult();
            _changed = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
