namespace ChatServer.Operations.Metrics;

/// <summary>One instrument's measurements under one set of labels.</summary>
internal sealed class MetricSeries(MetricKind kind, double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[bounds.Length];
    private double _sum;
    private long _count;

    public void Record(double value)
    {
        lock (_gate)
        {
            _count++;
            _sum = kind.Accumulates ? _sum + value : value;
            var bucket = Array.FindIndex(bounds, bound => value <= bound);
            if (bucket >= 0)
                _buckets[bucket]++;
        }
    }

    /// <summary>The value, how many measurements there were, and for each bound how many were not above it.</summary>
    public (double Sum, long Count, long[] Cumulative) Read()
    {
        lock (_gate)
        {
            var cumulative = new long[bounds.Length];
            var total = 0L;
            for (var i = 0; i < bounds.Length; i++)
                cumulative[i] = total += _buckets[i];
            return (_sum, _count, cumulative);
        }
    }
}

/// <summary>How Prometheus treats an instrument.</summary>
/// <param name="Word">Prometheus's word for it.</param>
/// <param name="Accumulates">Whether measurements are added up, rather than replacing each other.</param>
internal sealed record MetricKind(string Word, bool Accumulates)
{
    public static readonly MetricKind Counter = new("counter", Accumulates: true);

    /// <summary>A counter that is asked for its total.</summary>
    public static readonly MetricKind ObservedCounter = new("counter", Accumulates: false);

    /// <summary>A number that is raised and lowered.</summary>
    public static readonly MetricKind UpDown = new("gauge", Accumulates: true);

    public static readonly MetricKind Gauge = new("gauge", Accumulates: false);

    public static readonly MetricKind Histogram = new("histogram", Accumulates: true);
}
