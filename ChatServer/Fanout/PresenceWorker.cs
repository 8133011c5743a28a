using ChatServer.Chat;
using ChatServer.Chat.Presence;

namespace ChatServer.Fanout;

/// <summary>Sees to it that changes of presence are told, when something is due and again every second; no fault ends it.</summary>
internal sealed class PresenceWorker(PresenceNews news, ConnectedUsers connected, TimeProvider time, ILogger<PresenceWorker> logger) : BackgroundService
{
    /// <summary>How late the end of a grace may be noticed.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(news.NoteActiveAsync, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = time.CreateTimer(static connected => ((ConnectedUsers)connected!).Ring(), connected, Period, Period);
        try
        {
            while (true)
            {
                await connected.WaitAsync(stoppingToken);
                await TryAsync(news.SettleAsync, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Where a start failed elsewhere the host expects no end of this, and would report the cancellation as a crash.
            return;
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        try
        {
            await work(cancellation);
        }
        catch (UnavailableException e)
        {
            // The store has said so in the log; the next round comes by itself.
            logger.PresenceUnsettled(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            logger.PresenceFailed(e);
        }
    }
}
