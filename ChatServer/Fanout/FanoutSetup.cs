using ChatServer.Chat.Events;

namespace ChatServer.Fanout;

public static class FanoutSetup
{
    /// <summary>The fan-out and its sweep. Needs <see cref="FanoutOptions"/>, a <see cref="Chat.Users.IUserRepository"/> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddFanout(this IServiceCollection services)
    {
        services.AddSingleton<Adapter>();
        services.AddSingleton<IEventPublisher>(provider => provider.GetRequiredService<Adapter>());
        services.AddSingleton<IPresence>(provider => provider.GetRequiredService<Adapter>());
        services.AddSingleton<SessionLifecycle>();
        services.AddHostedService<SessionSweep>();
        return services;
    }
}
