using ChatServer.Chat.Attachments;

namespace ChatServer.Storage;

/// <summary>Looks now and then for files that nobody used.</summary>
internal sealed class OrphanSweep(AttachmentService attachments, TimeProvider time, ILogger<OrphanSweep> logger) : BackgroundService
{
    /// <summary>What a killed process left behind is gone within the hour after the one it is given (reliability G21).</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TrySweepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task TrySweepAsync(CancellationToken cancellation)
    {
        try
        {
            if (await attachments.SweepAsync(cancellation) is > 0 and var count)
                logger.OrphansRemoved(count);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The next round tries again.
            logger.SweepFailed(e);
        }
    }
}
