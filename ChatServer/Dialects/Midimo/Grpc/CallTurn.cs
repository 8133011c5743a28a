namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>
/// One call among its equals. When its client goes before the work is done, the work goes on by itself where there is a place for it. Where there
/// is none it is cancelled, and the call lasts until the work has ended, so that whoever resets calls is held to HTTP/2's own bound of them.
/// </summary>
/// <param name="caller">Who takes the place.</param>
/// <param name="patience">Of work without a client.</param>
/// <param name="places">For works without clients.</param>
/// <param name="leave">Told the answer that the client did not get; null when there is none.</param>
internal sealed class CallTurn(string caller, TimeSpan patience, Places<string> places, TimeProvider time, Action<GrpcAnswer?> leave) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new(Timeout.InfiniteTimeSpan, time);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<GrpcAnswer>? _work;
    private bool _isAnswered;

    /// <summary>Done when the next equal call may begin.</summary>
    public Task Over => _over.Task;

    /// <summary>What an earlier call came to, and its client did not get.</summary>
    public GrpcAnswer? Unheard { get; set; }

    /// <summary>Does the work, unless an earlier call has done it.</summary>
    /// <param name="work">Never fails; is cancelled only after its client has gone.</param>
    /// <param name="cancellation">Ends the waiting, not the work.</param>
    public Task<GrpcAnswer> RunAsync(Func<CancellationToken, Task<GrpcAnswer>> work, CancellationToken cancellation)
    {
        if (Unheard is not null)
            GrpcMetrics.Repeated();
        _work = Unheard is { } answer ? Task.FromResult(answer) : work(_stop.Token);
        return _work.WaitAsync(cancellation);
    }

    /// <summary>The client has its answer.</summary>
    public void Answered() => _isAnswered = true;

    public async ValueTask DisposeAsync()
    {
        if (_work is { IsCompleted: false } && places.TryTake(caller))
        {
            _stop.CancelAfter(patience);
            _ = LeavePlaceAsync();
            return;
        }
        if (_work is { IsCompleted: false })
            await _stop.CancelAsync();
        await LeaveAsync();
    }

    private async Task LeavePlaceAsync()
    {
        try
        {
            await LeaveAsync();
        }
        finally
        {
            places.Leave(caller);
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            leave(_isAnswered ? null : _work is null ? Unheard : await _work);
        }
        finally
        {
            _stop.Dispose();
            _over.SetResult();
        }
    }
}
