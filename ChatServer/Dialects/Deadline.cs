using ChatServer.Chat;

namespace ChatServer.Dialects;

/// <summary>
/// Every event is answered within ten seconds (reliability P2): work is given up after seven, which leaves the database driver
/// its two seconds to notice, and what went wrong becomes an error that can be told.
/// </summary>
internal static class Deadline
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(7);

    /// <summary>
    /// An event that has waited this long behind others is not begun any more: a call of the database takes up to five seconds (section
    /// <c>Database</c>), and less than that is left of the ten.
    /// </summary>
    public static readonly TimeSpan LatestStart = TimeSpan.FromSeconds(4);

    public static LinkedDeadline Start(TimeProvider time, CancellationToken cancellation) => new(time, Patience, cancellation);

    /// <summary>The one catch-all of this door: an unreachable store and a missed deadline are told as such, anything else is a fault of ours.</summary>
    /// <param name="work">May fail in any way.</param>
    /// <param name="fault">Logs a fault of ours.</param>
    public static async Task<Result<T>> GuardAsync<T>(Func<Task<Result<T>>> work, Action<Exception> fault)
    {
        try
        {
            return await work();
        }
        catch (UnavailableException e)
        {
            return e.Error;
        }
        catch (OperationCanceledException)
        {
            return ChatError.DbUnavailable;
        }
        catch (Exception e)
        {
            fault(e);
            return ChatError.Internal;
        }
    }
}

/// <summary>A token that is cancelled when the patience ends, or with the token it is linked to.</summary>
internal sealed class LinkedDeadline : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _linked;

    public LinkedDeadline(TimeProvider time, TimeSpan patience, CancellationToken cancellation)
    {
        _timeout = new CancellationTokenSource(patience, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, cancellation);
    }

    public CancellationToken Token => _linked.Token;

    public void Dispose()
    {
        _linked.Dispose();
        _timeout.Dispose();
    }
}
