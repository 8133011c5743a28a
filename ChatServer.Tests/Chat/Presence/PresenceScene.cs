using ChatServer.Chat;
using ChatServer.Chat.Events;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using ChatServer.Tests.Fanout;
using ChatServer.Tests.InMemory;

namespace ChatServer.Tests.Chat.Presence;

/// <summary>A scene with presence: what is due is settled when a test says so, as the worker does it.</summary>
internal sealed class PresenceScene : IDisposable
{
    private readonly UserLanes _lanes = new();

    public PresenceScene(Action<PresenceOptions>? configure = null)
    {
        configure?.Invoke(Scene.Presence);
        Presences = new InMemoryPresences(Scene.Store);
        Rule = new PresenceRule(Scene.Presence, Scene.Time);
        Service = new PresenceService(Presences, Scene.Connected, _lanes, Rule, Scene.Presence);
        News = new PresenceNews(Presences, Scene.Connected, _lanes, Rule, Scene.Adapter, Scene.Presence, Scene.Time);
    }

    public FanoutScene Scene { get; } = new();

    public InMemoryPresences Presences { get; }

    public PresenceRule Rule { get; }

    public PresenceService Service { get; }

    public PresenceNews News { get; }

    /// <summary>A session that has begun.</summary>
    public ListeningSession Connect(User user, bool asService = false)
    {
        var session = new ListeningSession(Scene.Dialect, CallerOf(user) with { IsService = asService });
        Scene.Lifecycle.Begin(session);
        return session;
    }

    /// <summary>Somebody who hears how a user stands.</summary>
    public ListeningSession Watch(User user) => Scene.Session(Scene.Store.AddUser(Role.Staff, "watcher"), Room.PresenceOf(user.Id));

    public Task<Result<UserPresence>> SayAsync(User user, PresenceStatus status, string custom = "", string device = "", bool asService = false) =>
        Service.SayAsync(CallerOf(user) with { IsService = asService }, new PresenceStatement(status, custom, device), default);

    /// <summary>How a user stands, as a service sees it.</summary>
    public async Task<UserPresence> StandsAsync(User user) =>
        (await Service.GetAsync(CallerOf(user) with { IsService = true }, [user.Id], default))[user.Id];

    public async Task PassAsync(int seconds)
    {
        Scene.Time.Advance(TimeSpan.FromSeconds(seconds));
        await News.SettleAsync(default);
    }

    public static Caller CallerOf(User user) => new(user, "test", DateTimeOffset.MaxValue);

    public void Dispose() => Service.Dispose();
}
