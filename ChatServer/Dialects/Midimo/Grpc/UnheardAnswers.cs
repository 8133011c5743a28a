namespace ChatServer.Dialects.Midimo.Grpc;

/// <param name="Patience">Of the work of one call, from when its client has gone or its deadline has passed.</param>
/// <param name="Keep">For which an answer waits.</param>
/// <param name="MaxAnswers">Answers at once.</param>
/// <param name="MaxBytes">Of all of them.</param>
/// <param name="DetachedForEach">Works of one caller that go on without their clients.</param>
/// <param name="Detached">Of all callers.</param>
internal sealed record UnansweredLimits(TimeSpan Patience, TimeSpan Keep, int MaxAnswers, long MaxBytes, int DetachedForEach, int Detached);

/// <summary>Answers that did not reach their clients, each for one who asks again in time. Not safe for several threads.</summary>
internal sealed class UnheardAnswers(UnansweredLimits limits, TimeProvider time)
{
    private readonly LinkedList<(CallHash Hash, GrpcAnswer Answer, DateTimeOffset End)> _oldestFirst = [];
    private readonly Dictionary<CallHash, LinkedListNode<(CallHash Hash, GrpcAnswer Answer, DateTimeOffset End)>> _byHash = [];

    public int Count => _byHash.Count;

    public long Bytes { get; private set; }

    public void Add(CallHash hash, GrpcAnswer answer)
    {
        _byHash[hash] = _oldestFirst.AddLast((hash, answer, time.GetUtcNow() + limits.Keep));
        Bytes += answer.Frame.Length;
        while (Count > limits.MaxAnswers || Bytes > limits.MaxBytes)
            Remove(_oldestFirst.First!);
    }

    /// <summary>Null when there is none; what was taken is gone.</summary>
    public GrpcAnswer? Take(CallHash hash)
    {
        while (_oldestFirst.First is { } oldest && oldest.Value.End <= time.GetUtcNow())
            Remove(oldest);
        if (!_byHash.TryGetValue(hash, out var node))
            return null;
        Remove(node);
        return node.Value.Answer;
    }

    private void Remove(LinkedListNode<(CallHash Hash, GrpcAnswer Answer, DateTimeOffset End)> node)
    {
        _oldestFirst.Remove(node);
        _byHash.Remove(node.Value.Hash);
        Bytes -= node.Value.Answer.Frame.Length;
    }
}
