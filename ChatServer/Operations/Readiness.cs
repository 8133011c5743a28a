using ChatServer.Chat;

namespace ChatServer.Operations;

/// <summary>Asks the store for any answer at all; false, or <see cref="UnavailableException"/>, when it has none.</summary>
public delegate Task<bool> StorePing(CancellationToken cancellation);

/// <summary>Whether this node should be sent traffic now.</summary>
public sealed class Readiness(StorePing ping, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>How long the store may take: orchestrators ask every few seconds, and a slower store serves nobody.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Why not, in a few words; null when ready.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return "stopping";
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return "starting";
        return await AnswersAsync(cancellation) ? null : "the database does not answer";
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            // A store that hangs may be slow to notice the cancellation, too; it is not waited for.
            return await ping(either.Token).WaitAsync(either.Token);
        }
        catch (UnavailableException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
