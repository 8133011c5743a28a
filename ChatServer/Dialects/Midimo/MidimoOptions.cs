using System.ComponentModel.DataAnnotations;
using ChatServer.Dialects.Midimo.Grpc;

namespace ChatServer.Dialects.Midimo;

/// <summary>What may be switched in the midimo dialect. Section <c>Midimo</c>, which holds its token secret too.</summary>
public sealed class MidimoOptions
{
    public const string Section = "Midimo";

    public const string Milliseconds = "ms";

    /// <summary>Of the times in messages: <c>ms</c>, as the frontend guide has it (contracts S2-4), or <c>s</c>.</summary>
    [RegularExpression("ms|s", ErrorMessage = "must be ms or s")]
    public string TimestampUnit { get; set; } = Milliseconds;

    /// <summary>Bytes of a request's message, packed or not: the limit that gRPC's own servers have.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxMessageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Seconds for a call that sets no deadline, and for what a call changes after its client has gone (reliability T28).</summary>
    [Range(1, 3600)]
    public int DefaultDeadlineSeconds { get; set; } = 10;

    /// <summary>Seconds for which an answer that its client did not get waits for the client's next try (contracts S2-9).</summary>
    [Range(1, 3600)]
    public int RememberAnswersSeconds { get; set; } = 60;

    /// <summary>Such answers at once; the oldest are forgotten first.</summary>
    [Range(0, 1_000_000)]
    public int RememberedAnswers { get; set; } = 10_000;

    /// <summary>Bytes of all of them.</summary>
    [Range(0, 1_000_000_000)]
    public int RememberedAnswerBytes { get; set; } = 16_000_000;

    /// <summary>
    /// Calls of one user or service that go on when their clients have gone; what is beyond is cancelled with its client, and nothing is promised of
    /// it. Room for what a client has on most of an HTTP/2 connection (<c>Http:MaxStreams</c>), and no more, because each holds its request.
    /// </summary>
    [Range(0, 1_000_000)]
    public int DetachedCallsPerCaller { get; set; } = 64;

    /// <summary>Of all callers: with requests of usual sizes a few megabytes, and more than the store's connections can take up within their patience.</summary>
    [Range(0, 1_000_000)]
    public int DetachedCalls { get; set; } = 1000;

    /// <summary>Streams of presence and notifications at once: as many as other dialects have sockets.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; set; } = 20_000;

    /// <summary>Of one user; services, which listen for many users, have no bound of their own. Two streams for each of a person's devices and pages.</summary>
    [Range(1, 1_000_000)]
    public int StreamsPerUser { get; set; } = 50;

    /// <summary>Events that wait for a stream's slow client: as many as other dialects' sockets hold. One more ends the stream.</summary>
    [Range(16, 1_000_000)]
    public int StreamMessages { get; set; } = 1024;

    internal GrpcLimits Limits => new(MaxMessageBytes, TimeSpan.FromSeconds(DefaultDeadlineSeconds));

    internal UnansweredLimits Unanswered => new(
        TimeSpan.FromSeconds(DefaultDeadlineSeconds), TimeSpan.FromSeconds(RememberAnswersSeconds), RememberedAnswers, RememberedAnswerBytes,
        DetachedCallsPerCaller, DetachedCalls);
}
