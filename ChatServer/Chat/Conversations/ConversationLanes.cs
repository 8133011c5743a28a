namespace ChatServer.Chat.Conversations;

/// <summary>
/// One lane per conversation: whoever holds it may commit and publish, so events leave in the order of their seq. The row lock
/// orders the commits already; the lane carries that order through to the fan-out. Conversations share a fixed number of
/// lanes, which bounds memory; lanes are never nested, so sharing cannot deadlock.
/// </summary>
public sealed class ConversationLanes
{
    /// <summary>Far above the database connections that can be busy at once, so that sharing is rare.</summary>
    private const int Count = 1024;

    /// <summary>Half of the ten seconds within which every request is answered (reliability P2); the rest is for the database.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim[] _lanes = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Runs <paramref name="work"/> alone in the conversation's lane; <see cref="ErrorCode.Busy"/> when the lane stays taken.</summary>
    public async Task<Result<T>> RunAsync<T>(ConversationId conversation, Func<Task<Result<T>>> work, CancellationToken cancellation)
    {
        var lane = _lanes[(ulong)conversation.Value % Count];
        if (!await lane.WaitAsync(Patience, cancellation))
            return ChatError.Busy;
        try
        {
            return await work();
        }
        finally
        {
            lane.Release();
        }
    }
}
