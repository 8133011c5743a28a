using ChatServer.Dialects.Midimo.Grpc;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>What is kept for clients that did not hear it is bounded in number, bytes and time.</summary>
internal sealed class UnheardAnswersTests
{
    private static readonly UnansweredLimits Limits = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), MaxAnswers: 3, MaxBytes: 100, DetachedForEach: 1, Detached: 1);

    private readonly ManualTime _time = new();

    [Test]
    public void An_answer_is_taken_once()
    {
        var answers = new UnheardAnswers(Limits, _time);
        answers.Add(Hash(1), Answer(10));
        Assert.That((answers.Take(Hash(2)), answers.Take(Hash(1))?.Frame.Length, answers.Take(Hash(1))), Is.EqualTo(((GrpcAnswer?)null, (int?)10, (GrpcAnswer?)null)));
        Assert.That((answers.Count, answers.Bytes), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void The_oldest_go_when_there_are_too_many()
    {
        var answers = new UnheardAnswers(Limits, _time);
        for (var n = 0; n < 5; n++)
            answers.Add(Hash(n), Answer(1));
        Assert.That((answers.Count, answers.Bytes), Is.EqualTo((3, 3L)));
        Assert.That(Enumerable.Range(0, 5).Where(n => answers.Take(Hash(n)) is not null), Is.EqualTo(new[] { 2, 3, 4 }));
    }

    [Test]
    public void The_oldest_go_when_they_are_too_long_and_what_is_too_long_by_itself_is_not_kept()
    {
        var answers = new UnheardAnswers(Limits, _time);
        answers.Add(Hash(1), Answer(60));
        answers.Add(Hash(2), Answer(60));
        Assert.That((answers.Count, answers.Bytes, answers.Take(Hash(1))), Is.EqualTo((1, 60L, (GrpcAnswer?)null)));
        answers.Add(Hash(3), Answer(101));
        Assert.That((answers.Count, answers.Bytes), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void What_is_too_old_goes_whoever_asks()
    {
        var answers = new UnheardAnswers(Limits, _time);
        answers.Add(Hash(1), Answer(10));
        _time.Advance(30_000);
        answers.Add(Hash(2), Answer(10));
        _time.Advance(30_000);
        Assert.That(answers.Take(Hash(9)), Is.Null);
        Assert.That((answers.Count, answers.Bytes), Is.EqualTo((1, 10L)));
    }

    private static CallHash Hash(int n) => new(0, (UInt128)n);

    private static GrpcAnswer Answer(int bytes) => new(GrpcStatus.Ok, new byte[bytes]);
}
