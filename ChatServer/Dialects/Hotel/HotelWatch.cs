using ChatServer.Chat.Directory;
using ChatServer.Chat.Stays;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Hotel;

/// <summary>
/// Lets changes of the directory take effect on open sockets: at once where this process took them in, within a sweep's period where another did.
/// </summary>
internal sealed class HotelWatch : BackgroundService
{
    private readonly HotelSockets _sockets;
    private readonly IGuestRepository _guests;
    private readonly DirectoryNews _news;
    private readonly FanoutOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<HotelWatch> _logger;
    private readonly SemaphoreSlim _due = new(0);

    public HotelWatch(HotelSockets sockets, IGuestRepository guests, DirectoryNews news, FanoutOptions options, TimeProvider time, ILogger<HotelWatch> logger)
    {
        (_sockets, _guests, _news, _options, _time, _logger) = (sockets, guests, news, options, time, logger);
        _news.Changed += Request;
    }

    /// <summary>Asks for a look at everybody soon.</summary>
    public void Request() => _due.Release();

    public override void Dispose()
    {
        _news.Changed -= Request;
        _due.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await WaitAsync(stoppingToken);
                await TryLookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Until something has changed or a period is over; what was asked for several times is done once.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        using var period = new CancellationTokenSource(TimeSpan.FromSeconds(_options.SweepSeconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(period.Token, cancellation);
        try
        {
            await _due.WaitAsync(either.Token);
            while (_due.Wait(0, CancellationToken.None))
                continue;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task TryLookAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var batch in _sockets.Open.OfType<StaffSession>().GroupBy(session => session.Caller.Id).Chunk(_options.SweepBatch))
            {
                var memberships = await _guests.FindMembershipsAsync([.. batch.Select(group => group.Key)], cancellation);
                foreach (var session in batch.SelectMany(group => group))
                    Update(session, memberships[session.Caller.Id]);
            }
            foreach (var batch in _sockets.Open.OfType<GuestSession>().GroupBy(session => session.Guest.Guest.Id).Chunk(_options.SweepBatch))
            {
                var staying = await _guests.FindStayingAsync([.. batch.Select(group => group.Key)], cancellation);
                foreach (var session in batch.Where(group => !staying.Contains(group.Key)).SelectMany(group => group))
                    session.End(GuestSession.StayOver);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // A watch that died for good would let lost rights live.
            _logger.WatchFailed(e);
        }
    }

    private void Update(StaffSession session, IEnumerable<Department> mine)
    {
        if (session.Update(mine) is > 0 and var lost)
            _logger.RightsLost(session.Caller.Id.Value, lost);
    }
}
