using ChatServer.Chat;
using ChatServer.Chat.Events;
using ChatServer.Chat.Users;
using ChatServer.Fanout;
using ChatServer.Tests.InMemory;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Fanout;

public sealed class SessionSweepTests
{
    private FanoutScene _scene = null!;
    private SessionSweep _sweep = null!;

    [SetUp]
    public void SetUp()
    {
        _scene = new FanoutScene();
        _scene.Options.SweepBatch = 2;
        _sweep = new SessionSweep(
            _scene.Lifecycle, new InMemoryUsers(_scene.Store), _scene.Options, _scene.Time, NullLogger<SessionSweep>.Instance);
    }

    [TearDown]
    public void TearDown() => _sweep.Dispose();

    [Test]
    public async Task A_session_ends_when_its_credential_runs_out()
    {
        var session = Open(Role.Customer);

        _scene.Time.Advance(TimeSpan.FromMinutes(59));
        await _sweep.SweepAsync(default);
        Assert.That(session.EndedWith, Is.Null);

        _scene.Time.Advance(TimeSpan.FromMinutes(1));
        await _sweep.SweepAsync(default);
        Assert.That(session.EndedWith, Is.EqualTo(new ChatError(ErrorCode.Unauthorized, "Token expired")));
    }

    [Test]
    public async Task Only_sessions_of_changed_users_end()
    {
        var (deactivated, promoted, renamed, gone, same) =
            (Open(Role.Customer), Open(Role.Staff), Open(Role.Customer), Open(Role.Customer), Open(Role.Admin));
        Change(deactivated, user => user with { Active = false });
        Change(promoted, user => user with { Role = Role.Admin });
        Change(renamed, user => user with { UserName = "another" });
        _scene.Store.Users.Remove(gone.Caller.Id);

        await _sweep.SweepAsync(default);

        Assert.That(deactivated.EndedWith?.Message, Is.EqualTo("Account deactivated"));
        Assert.That(promoted.EndedWith?.Message, Is.EqualTo("Role changed, sign in again"));
        Assert.That(gone.EndedWith?.Message, Is.EqualTo("Account deactivated"));
        Assert.That(renamed.EndedWith, Is.Null);
        Assert.That(same.EndedWith, Is.Null);
    }

    [Test]
    public void Expiry_counts_while_the_store_is_away()
    {
        var session = Open(Role.Customer);
        Change(Open(Role.Customer, hours: 2), user => user);
        _scene.Store.Failure = new UnavailableException(ChatError.DbUnavailable);
        _scene.Time.Advance(TimeSpan.FromHours(1));

        Assert.That(async () => await _sweep.SweepAsync(default), Throws.InstanceOf<UnavailableException>());
        Assert.That(session.EndedWith?.Message, Is.EqualTo("Token expired"));
    }

    [Test]
    public void A_session_hears_its_users_and_its_staffs_events_until_it_ends()
    {
        var staff = Open(Role.Staff);
        var customer = Open(Role.Customer);
        Assert.That(staff.Rooms, Is.EquivalentTo([Room.Staff, Room.Of(staff.Caller.Id)]));
        Assert.That(customer.Rooms, Is.EqualTo([Room.Of(customer.Caller.Id)]));

        _scene.Lifecycle.End(staff);
        _scene.Lifecycle.End(staff);
        Assert.That(staff.Rooms, Is.Empty);
        Assert.That(_scene.Lifecycle.Open, Is.EqualTo([customer]));
    }

    private ListeningSession Open(Role role, int hours = 1)
    {
        var user = _scene.Store.AddUser(role, $"user{_scene.Store.Users.Count}");
        var session = new ListeningSession(_scene.Dialect, new Caller(user, "test", _scene.Time.GetUtcNow().AddHours(hours)));
        _scene.Lifecycle.Begin(session);
        return session;
    }

    private void Change(Session session, Func<User, User> change) =>
        _scene.Store.Users[session.Caller.Id] = change(session.Caller.User);
}
