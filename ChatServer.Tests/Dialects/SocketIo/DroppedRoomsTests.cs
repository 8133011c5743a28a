using ChatServer.Chat;
using ChatServer.Dialects.SocketIo;

namespace ChatServer.Tests.Dialects.SocketIo;

public sealed class DroppedRoomsTests
{
    private static readonly UserId User = new(1);
    private static readonly ConversationId[] First = [new(1), new(2)];
    private static readonly ConversationId[] Second = [new(3)];

    private static readonly DropLimits Limits = new(10_000, TimeSpan.FromSeconds(120));

    private readonly ManualTime _time = new();

    [Test]
    public void Each_drop_is_used_once_the_oldest_first()
    {
        var dropped = new DroppedRooms(Limits, _time);
        dropped.Remember(User, First);
        dropped.Remember(User, Second);
        dropped.Remember(User, []);

        Assert.That(dropped.Take(new UserId(2)), Is.Empty);
        Assert.That(dropped.Take(User), Is.EqualTo(First));
        Assert.That(dropped.Take(User), Is.EqualTo(Second));
        Assert.That(dropped.Take(User), Is.Empty);
    }

    [Test]
    public void A_drop_is_forgotten_after_two_minutes()
    {
        var dropped = new DroppedRooms(Limits, _time);
        dropped.Remember(User, First);
        _time.Advance(TimeSpan.FromSeconds(60));
        dropped.Remember(User, Second);
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.That(dropped.Take(User), Is.EqualTo(Second));
        Assert.That(dropped.Take(User), Is.Empty);
    }

    [Test]
    public void No_more_drops_are_kept_than_the_bound()
    {
        var dropped = new DroppedRooms(Limits with { Number = 2 }, _time);
        for (var user = 1; user <= 5; user++)
            dropped.Remember(new UserId(user), First);

        Assert.That(Enumerable.Range(1, 5).Where(user => dropped.Take(new UserId(user)).Count > 0), Is.EqualTo([4, 5]));
    }

    [Test]
    public void A_used_drop_that_grows_old_takes_no_younger_one_with_it()
    {
        var dropped = new DroppedRooms(Limits, _time);
        dropped.Remember(User, First);
        dropped.Take(User);
        _time.Advance(TimeSpan.FromSeconds(60));
        dropped.Remember(User, Second);
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.That(dropped.Take(User), Is.EqualTo(Second));
    }

    [Test]
    public void Switched_off_it_remembers_nothing()
    {
        var dropped = new DroppedRooms(null, _time);
        dropped.Remember(User, First);

        Assert.That(dropped.Take(User), Is.Empty);
    }
}
