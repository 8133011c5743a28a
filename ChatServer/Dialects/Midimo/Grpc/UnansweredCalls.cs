namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>
/// Safe retries without a key (contracts S2-9). Equal calls are taken one after the other. The work of one goes on to its end when its client has gone;
/// an answer that the client did not get is the answer to the next equal call. Calls that were answered leave nothing behind.
/// </summary>
internal sealed class UnansweredCalls(UnansweredLimits limits, TimeProvider time) : IHostedService
{
    private readonly Lock _gate = new();
    private readonly Dictionary<CallHash, CallTurn> _turns = [];
    private readonly UnheardAnswers _answers = new(limits, time);
    private readonly Places<string> _places = new(limits.DetachedForEach, limits.Detached);

    /// <summary>Calls under way, with or without their clients.</summary>
    public int Turns
    {
        get
        {
            lock (_gate)
                return _turns.Count;
        }
    }

    /// <summary>Works that go on without their clients.</summary>
    public int Detached => _places.Taken;

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
    /// <param name="caller">By whom works without clients are bounded.</param>
    /// <param name="hash">Of the call.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<CallTurn> EnterAsync(string caller, CallHash hash, CancellationToken cancellation)
    {
        var turn = new CallTurn(caller, limits.Patience, _places, time, unheard => Leave(hash, unheard));
        while (TryEnter(hash, turn) is { } other)
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
    private Task? TryEnter(CallHash hash, CallTurn turn)
    {
        lock (_gate)
        {
            if (_turns.TryGetValue(hash, out var other))
                return other.Over;
            _turns.Add(hash, turn);
            turn.Unheard = _answers.Take(hash);
            return null;
        }
    }

    private void Leave(CallHash hash, GrpcAnswer? unheard)
    {
        lock (_gate)
        {
            _turns.Remove(hash);
            if (unheard is { Status.IsOk: true } answer)
                _answers.Add(hash, answer);
        }
    }
}
