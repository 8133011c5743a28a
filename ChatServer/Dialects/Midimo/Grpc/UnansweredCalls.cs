namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>
/// Safe retries without a key (contracts S2-9). Equal calls are taken one after the other. The work of one goes on to its end when its client has gone;
/// an answer that the client did not get is the answer to the next equal call. Calls that were answered leave nothing behind.
/// </summary>
internal sealed class UnansweredCalls(UnansweredLimits limits, TimeProvider time) : IHostedService
{
    private readonly UnansweredLimits _limits = limits;
    private readonly TimeProvider _time = time;
    private readonly Lock _gate = new();
    private readonly Dictionary<CallHash, Turn> _turns = [];
    private readonly UnheardAnswers _answers = new(limits, time);

    /// <summary>Calls under way, with or without their clients.</summary>
    public int Turns
    {
        get
        {
            lock (_gate)
                return _turns.Count;
        }
    }

    /// <summary>Answers that wait for their clients, and their bytes.</summary>
    public (int Count, long Bytes) Unheard
    {
        get
        {
            lock (_gate)
                return (_answers.Count, _answers.Bytes);
        }
    }

    /// <summary>Waits until no equal call is under way. The turn must be disposed of, and its work may outlive that.</summary>
    public async Task<Turn> EnterAsync(CallHash hash, CancellationToken cancellation)
    {
        var turn = new Turn(this, hash);
        while (TryEnter(turn) is { } other)
            await other.WaitAsync(cancellation);
        return turn;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is being changed is changed before the store is closed.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.WhenAll(_turns.Values.Select(turn => turn.Over)).WaitAsync(cancellationToken);
    }

    /// <summary>The end of the equal call that is under way; null when there was none, and the turn has begun.</summary>
    private Task? TryEnter(Turn turn)
    {
        lock (_gate)
        {
            if (_turns.TryGetValue(turn.Hash, out var other))
                return other.Over;
            _turns.Add(turn.Hash, turn);
            turn.Unheard = _answers.Take(turn.Hash);
            return null;
        }
    }

    private void Leave(Turn turn, GrpcAnswer? unheard)
    {
        lock (_gate)
        {
            _turns.Remove(turn.Hash);
            if (unheard is { Status.IsOk: true } answer)
                _answers.Add(turn.Hash, answer);
        }
    }

    /// <summary>One call among its equals.</summary>
    internal sealed class Turn(UnansweredCalls calls, CallHash hash) : IDisposable
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _patience = new(Timeout.InfiniteTimeSpan, calls._time);
        private Task<GrpcAnswer>? _work;
        private bool _isAnswered;

        public CallHash Hash => hash;

        /// <summary>Done when the next equal call may begin.</summary>
        public Task Over => _over.Task;

        /// <summary>What an earlier call came to, and its client did not get.</summary>
        public GrpcAnswer? Unheard { get; set; }

        /// <summary>Does the work, unless an earlier call has done it.</summary>
        /// <param name="work">Never fails; is cancelled only when it takes too long after its client has gone.</param>
        /// <param name="cancellation">Ends the waiting, not the work.</param>
        public Task<GrpcAnswer> RunAsync(Func<CancellationToken, Task<GrpcAnswer>> work, CancellationToken cancellation)
        {
            if (Unheard is not null)
                GrpcMetrics.Repeated();
            _work = Unheard is { } answer ? Task.FromResult(answer) : work(_patience.Token);
            return _work.WaitAsync(cancellation);
        }

        /// <summary>The client has its answer.</summary>
        public void Answered() => _isAnswered = true;

        public void Dispose()
        {
            _patience.CancelAfter(calls._limits.Patience);
            _ = LeaveAsync();
        }

        private async Task LeaveAsync()
        {
            try
            {
                calls.Leave(this, _isAnswered ? null : _work is null ? Unheard : await _work);
            }
            finally
            {
                _patience.Dispose();
                _over.SetResult();
            }
        }
    }
}
