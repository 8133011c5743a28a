using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using Microsoft.Extensions.DependencyInjection;

namespace ChatServer.Tests.InMemory;

/// <summary>What the fan-out tells presence by, over a store in memory, for hosts of one dialect.</summary>
internal static class HostPresence
{
    public static IServiceCollection AddPresence(this IServiceCollection services) => services
        .AddSingleton<IPresenceRepository, InMemoryPresences>()
        .AddSingleton<PresenceOptions>()
        .AddSingleton<ConnectedUsers>()
        .AddSingleton<UserLanes>()
        .AddSingleton<PresenceRule>()
        .AddSingleton<PresenceNews>();
}
