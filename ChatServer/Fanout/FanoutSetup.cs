using ChatServer.Chat.Events;

namespace ChatServer.Fanout;

public static class FanoutSetup
{
    /// <summary>The fan-out, its sweep, and the telling of presence. Needs <see cref="FanoutOptions"/>, the core's <see cref="Chat.Presence.PresenceNews"/>, a <see cref="Chat.Users.IUserRepository"/> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddFanout(this IServiceCollection services)
    {
        services.AddSingleton<Adapter>();
        services.AddSingleton<IEventPublisher>(provider => provider.GetRequiredService<Adapter>());
        services.AddSingleton<IPresence>(provider => provider.GetRequiredService<Adapter>());
        services.AddSingleton<SessionLifecycle>();
        services.AddHostedService<SessionSweep>();
        services.AddHostedService<PresenceWorker>();
        return services;
    }
}
