using System.Diagnostics.Metrics;
using ChatServer.Operations.Metrics;

namespace ChatServer.Tests.Operations;

public sealed class MetricsTests : IDisposable
{
    private readonly Meter _meter = new("ChatServer");
    private readonly MetricsCollector _collector = new();

    [Test]
    public void A_counter_adds_up_under_each_set_of_labels()
    {
        var closed = _meter.CreateCounter<long>("test.closed", description: "Sessions that ended");
        closed.Add(1, new KeyValuePair<string, object?>("reason", "ping timeout"));
        closed.Add(2, new KeyValuePair<string, object?>("reason", "ping timeout"));
        closed.Add(1, new KeyValuePair<string, object?>("reason", "a \"quoted\"\nreason"));

        var text = _collector.Render();

        Assert.That(text, Does.Contain("# HELP test_closed_total Sessions that ended\n# TYPE test_closed_total counter\n"));
        Assert.That(text, Does.Contain("test_closed_total{reason=\"ping timeout\"} 3\n"));
        Assert.That(text, Does.Contain("test_closed_total{reason=\"a \\\"quoted\\\"\\nreason\"} 1\n"));
    }

    [Test]
    public void A_number_that_rises_and_falls_is_a_gauge()
    {
        var sessions = _meter.CreateUpDownCounter<long>("test.sessions");
        sessions.Add(3);
        sessions.Add(-1);

        Assert.That(_collector.Render(), Does.Contain("# TYPE test_sessions gauge\ntest_sessions 2\n"));
    }

    [Test]
    public void A_total_that_is_asked_for_is_told_as_it_is()
    {
        var total = 0;
        _meter.CreateObservableCounter("test.events", () => total += 5);

        Assert.That(_collector.Render(), Does.Contain("test_events_total 5\n"));
        Assert.That(_collector.Render(), Does.Contain("test_events_total 10\n"));
    }

    [Test]
    public void A_histogram_counts_into_its_buckets()
    {
        var durations = _meter.CreateHistogram("test.duration", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var seconds in (double[])[0.05, 0.1, 0.5, 30])
            durations.Record(seconds);

        Assert.That(_collector.Render(), Does.Contain(
            "# TYPE test_duration_seconds histogram\n" +
            "test_duration_seconds_bucket{le=\"0.1\"} 2\ntest_duration_seconds_bucket{le=\"1\"} 3\ntest_duration_seconds_bucket{le=\"+Inf\"} 4\n" +
            "test_duration_seconds_sum 30.65\ntest_duration_seconds_count 4\n"));
    }

    [Test]
    public void A_label_without_bound_runs_over_instead_of_eating_the_memory()
    {
        var counter = _meter.CreateCounter<long>("test.unbounded");
        for (var i = 0; i < 3_000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("user", i));

        var lines = _collector.Render().Split('\n').Where(line => line.StartsWith("test_unbounded_total{", StringComparison.Ordinal)).ToList();

        Assert.That(lines, Has.Count.EqualTo(2_001));
        Assert.That(lines, Does.Contain("test_unbounded_total{overflow=\"true\"} 1000"));
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }
}
