using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ChatServer.Operations.Metrics;

/// <summary>
/// Collects this process's instruments and writes them in Prometheus's text format, version 0.0.4. Ours, because no exporter can be had
/// as a package.
/// </summary>
public sealed class MetricsCollector : IDisposable
{
    /// <summary>Meters that are worth their series: ours, the web server's, the database driver's and the runtime's.</summary>
    private static readonly string[] Meters = ["ChatServer", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static published => new MetricFamily(published)));
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    public string Render()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var group in _families.Values.GroupBy(family => family.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var first = group.First();
            text.Append(CultureInfo.InvariantCulture, $"# HELP {first.Name} {first.Help.ReplaceLineEndings(" ")}\n# TYPE {first.Name} {first.Kind.Word}\n");
            foreach (var family in group)
            {
                foreach (var (labels, series) in family.Series)
                    Append(text, family, labels, series);
            }
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static void Append(StringBuilder text, MetricFamily family, string labels, MetricSeries series)
    {
        var (sum, count, cumulative) = series.Read();
        if (family.Kind != MetricKind.Histogram)
        {
            Line(text, family.Name, labels, sum);
            return;
        }
        for (var i = 0; i < cumulative.Length; i++)
            Line(text, family.Name + "_bucket", Join(labels, string.Create(CultureInfo.InvariantCulture, $"le=\"{family.Bounds[i]}\"")), cumulative[i]);
        Line(text, family.Name + "_bucket", Join(labels, "le=\"+Inf\""), count);
        Line(text, family.Name + "_sum", labels, sum);
        Line(text, family.Name + "_count", labels, count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {value:R}\n");

    private static string Join(string labels, string more) => labels.Length == 0 ? more : $"{labels},{more}";
}
