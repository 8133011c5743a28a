namespace ChatServer.Chat.Users;

/// <summary>
/// One lane per user, so that what is stored and what is told of one user happen in one order. Users share a fixed number of lanes,
/// which bounds memory; lanes are never nested, so sharing cannot deadlock.
/// </summary>
public sealed class UserLanes
{
    /// <summary>Few, because the users of a lane are looked up by one query; about as many as there are database connections.</summary>
    private const int Count = 16;

    private readonly SemaphoreSlim[] _lanes = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Which lane is a user's.</summary>
    public static int Of(UserId user) => (int)((ulong)user.Value % Count);

    /// <summary>Runs <paramref name="work"/> alone in a lane.</summary>
    public async Task<T> RunAsync<T>(int lane, Func<Task<T>> work, CancellationToken cancellation)
    {
        await _lanes[lane].WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            _lanes[lane].Release();
        }
    }
}
