using ChatServer.Chat;
using ChatServer.Chat.Users;

namespace ChatServer.Fanout;

/// <summary>
/// Looks again and again at who may stay: a session whose credential has run out, or whose user was deactivated or given another role, is ended
/// within two periods (reliability P9).
/// </summary>
internal sealed class SessionSweep(
    SessionLifecycle sessions, IUserRepository users, FanoutOptions options, TimeProvider time, ILogger<SessionSweep> logger) : BackgroundService
{
    private static readonly ChatError Expired = new(ErrorCode.Unauthorized, "Token expired");
    private static readonly ChatError Deactivated = new(ErrorCode.Unauthorized, "Account deactivated");
    private static readonly ChatError RoleChanged = new(ErrorCode.Unauthorized, "Role changed, sign in again");

    /// <summary>One look at everybody. While the store cannot be reached, only expiry counts.</summary>
    internal async Task SweepAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var staying = sessions.Open.ToLookup(session => session.Caller.ExpiresAt > now);
        foreach (var session in staying[false])
            End(session, Expired);
        foreach (var batch in staying[true].GroupBy(session => session.Caller.Id).Chunk(options.SweepBatch))
            await EndChangedAsync(batch, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.SweepSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TrySweepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Where a start failed elsewhere the host expects no end of this, and would report the cancellation as a crash.
            return;
        }
    }

    private async Task TrySweepAsync(CancellationToken cancellation)
    {
        try
        {
            await SweepAsync(cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The next round tries again; a sweep that died for good would let revoked sessions live.
            logger.SweepFailed(e);
        }
    }

    private async Task EndChangedAsync(IGrouping<UserId, Session>[] batch, CancellationToken cancellation)
    {
        var found = await users.FindManyAsync([.. batch.Select(group => group.Key)], cancellation);
        var now = found.ToDictionary(user => user.Id);
        foreach (var session in batch.SelectMany(group => group))
        {
            if (ReasonToEnd(session.Caller.User, now.GetValueOrDefault(session.Caller.Id)) is { } reason)
                End(session, reason);
        }
    }

    private static ChatError? ReasonToEnd(User then, User? now) =>
        now is not { Active: true } ? Deactivated : now.Role != then.Role ? RoleChanged : null;

    private void End(Session session, ChatError reason)
    {
        logger.SessionRevoked(session.Dialect.Name, session.Caller.Id.Value, reason.Message);
        session.End(reason);
    }
}
