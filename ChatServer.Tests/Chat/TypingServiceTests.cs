using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Tests.Fanout;
using ChatServer.Tests.InMemory;

namespace ChatServer.Tests.Chat;

public sealed class TypingServiceTests
{
    private readonly object _tab = new();
    private FanoutScene _scene = null!;
    private User _customer = null!;
    private Conversation _room = null!;
    private ListeningSession _listener = null!;
    private TypingService _typing = null!;

    [SetUp]
    public void SetUp()
    {
        _scene = new FanoutScene();
        _customer = _scene.Store.AddUser(Role.Customer, "customer1");
        _room = _scene.Store.AddRoom(_customer);
        _listener = _scene.Session(_scene.Store.AddUser(Role.Staff, "staff1"), Room.Of(_room.Id));
        _typing = new TypingService(new InMemoryConversations(_scene.Store), _scene.Adapter, new TypingOptions { Burst = 3, PerSecond = 1 }, _scene.Time);
    }

    [TearDown]
    public void TearDown() => _typing.Dispose();

    [Test]
    public async Task It_ends_ten_seconds_after_the_last_sign_of_it()
    {
        await StartAsync();
        _scene.Time.Advance(9_999);
        await StartAsync();
        _scene.Time.Advance(9_999);
        Assert.That(_listener.Heard, Is.EqualTo(["typing customer1", "typing customer1"]));

        _scene.Time.Advance(1);

        Assert.That(_listener.Heard, Is.EqualTo(["typing customer1", "typing customer1", "typed customer1"]));
    }

    [Test]
    public async Task It_ends_also_when_the_timer_is_early()
    {
        using var typing = new TypingService(new InMemoryConversations(_scene.Store), _scene.Adapter, new TypingOptions(), new EarlyTimers(_scene.Time));
        await typing.StartAsync(new Caller(_customer, "test", DateTimeOffset.MaxValue), _room.Id, _tab, CancellationToken.None);
        _scene.Time.Advance(9_999);
        Assert.That(_listener.Heard, Is.EqualTo(["typing customer1"]));

        _scene.Time.Advance(1);

        Assert.That(_listener.Heard, Is.EqualTo(["typing customer1", "typed customer1"]));
    }

    [Test]
    public async Task It_ends_once_whoever_ends_it()
    {
        await StartAsync();

        _typing.Stop(_room.Id, _customer.Id);
        _typing.Stop(_room.Id, _customer.Id);
        _typing.StopAll(_tab);
        _scene.Time.Advance(10_000);

        Assert.That(_listener.Heard, Is.EqualTo(["typing customer1", "typed customer1"]));
    }

    [Test]
    public async Task A_session_takes_with_it_only_what_it_wrote_itself()
    {
        await StartAsync();
        _typing.StopAll(new object());
        Assert.That(_listener.Heard, Has.Count.EqualTo(1));

        _typing.StopAll(_tab);

        Assert.That(_listener.Heard, Is.EqualTo(["typing customer1", "typed customer1"]));
    }

    [Test]
    public async Task What_is_said_too_often_is_not_told_again_but_goes_on()
    {
        for (var i = 0; i < 10; i++)
            await StartAsync();
        Assert.That(_listener.Heard, Is.EqualTo(["typing customer1", "typing customer1", "typing customer1"]));
        _scene.Time.Advance(9_999);

        await StartAsync();
        _scene.Time.Advance(9_999);

        Assert.That(_listener.Heard, Has.None.EqualTo("typed customer1"));
    }

    [Test]
    public async Task Who_may_not_enter_is_not_heard_and_learns_nothing()
    {
        var stranger = new Caller(_scene.Store.AddUser(Role.Customer, "customer2"), "test", DateTimeOffset.MaxValue);

        var foreign = await _typing.StartAsync(stranger, _room.Id, _tab, CancellationToken.None);
        var unknown = await _typing.StartAsync(stranger, new ConversationId(99), _tab, CancellationToken.None);

        Assert.That(foreign.Error, Is.EqualTo(unknown.Error));
        Assert.That(foreign.Error?.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(_listener.Heard, Is.Empty);
    }

    private Task<Result<bool>> StartAsync() =>
        _typing.StartAsync(new Caller(_customer, "test", DateTimeOffset.MaxValue), _room.Id, _tab, CancellationToken.None);

    /// <summary>A clock whose timers fire a little before their time, as those of a system with coarse ticks do.</summary>
    private sealed class EarlyTimers(ManualTime time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime - TimeSpan.FromMilliseconds(1), period);
    }
}
