using ChatServer.Chat;
using ChatServer.Dialects;

namespace ChatServer.Tests.Dialects;

public sealed class DeadlineTests
{
    [Test]
    public async Task Whatever_goes_wrong_becomes_an_error_that_can_be_told()
    {
        List<Exception> faults = [];

        Assert.That((await Guard(() => 5)).Value, Is.EqualTo(5));
        Assert.That((await Guard(() => throw new UnavailableException(ChatError.Busy))).Error, Is.EqualTo(ChatError.Busy));
        Assert.That((await Guard(() => throw new OperationCanceledException())).Error, Is.EqualTo(ChatError.DbUnavailable));
        Assert.That(faults, Is.Empty);

        Assert.That((await Guard(() => throw new InvalidCastException("secret"))).Error, Is.EqualTo(ChatError.Internal));
        Assert.That(faults, Has.One.TypeOf<InvalidCastException>());

        Task<Result<int>> Guard(Func<int> work) => Deadline.GuardAsync(() => Task.FromResult<Result<int>>(work()), faults.Add);
    }

    [Test]
    public async Task Work_is_given_up_when_the_patience_ends()
    {
        var time = new HastyTime();
        using var deadline = Deadline.Start(time, CancellationToken.None);

        var result = await Deadline.GuardAsync<bool>(async () =>
        {
            await Task.Delay(Timeout.Infinite, deadline.Token);
            return true;
        }, fault => Assert.Fail(fault.ToString()));

        Assert.That(result.Error, Is.EqualTo(ChatError.DbUnavailable));
        Assert.That(time.Asked, Is.EqualTo(Deadline.Patience));
    }

    [Test]
    public void The_deadline_leaves_time_to_answer_within_ten_seconds() =>
        Assert.That(Deadline.Patience, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(8)));

    /// <summary>Every timer is due at once; what was asked for is noted.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public TimeSpan Asked { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Asked = dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
