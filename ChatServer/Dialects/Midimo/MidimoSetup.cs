using ChatServer.Dialects.Midimo.Grpc;

namespace ChatServer.Dialects.Midimo;

/// <summary>What the composition root calls for this dialect.</summary>
public static class MidimoSetup
{
    /// <summary>The door and what calls have in common; without services it answers health checks alone. Needs <see cref="MidimoOptions"/>, the core's services and <c>AddIdentity</c>.</summary>
    /// <param name="serving">Whether the server takes calls, for gRPC's health checks.</param>
    public static IServiceCollection AddMidimo(this IServiceCollection services, Func<IServiceProvider, ServingCheck> serving) => services
        .AddSingleton(serving)
        .AddSingleton<MidimoUsers>()
        .AddSingleton<MidimoTokens>()
        .AddSingleton<MidimoTyping>()
        .AddSingleton<MidimoView>()
        .AddSingleton<MidimoJsonView>()
        .AddSingleton<HealthService>()
        .AddSingleton(provider => provider.GetRequiredService<MidimoOptions>().Limits)
        .AddSingleton(provider => provider.GetRequiredService<MidimoOptions>().Unanswered)
        .AddSingleton<UnansweredCalls>()
        .AddHostedService(provider => provider.GetRequiredService<UnansweredCalls>())
        .AddSingleton(provider => new GrpcGuard(MidimoErrors.Explain, provider.GetRequiredService<ILogger<GrpcGuard>>()))
        .AddSingleton<MidimoMethods>()
        .AddSingleton(Door);

    /// <summary>The services behind the door.</summary>
    public static IServiceCollection AddMidimoServices(this IServiceCollection services) => services
        .AddSingleton<MidimoStreams>()
        .AddSingleton<MidimoPosts>()
        .AddSingleton<IMidimoService, ChatRpc>()
        .AddSingleton<IMidimoService, PresenceRpc>()
        .AddSingleton<IMidimoService, NotificationRpc>();

    /// <summary>gRPC, on a listener that speaks HTTP/2 and nothing else.</summary>
    public static ServedDialect ServeMidimo(this IServiceProvider services, string name) => new(
        name, ServedDialect.NoNamespaces, _ => { }, routes => services.GetRequiredService<GrpcDoor>().Map(routes), IsForPages: false);

    private static GrpcDoor Door(IServiceProvider provider)
    {
        var methods = provider.GetRequiredService<MidimoMethods>();
        foreach (var service in provider.GetServices<IMidimoService>())
            service.Describe(methods);
        return ActivatorUtilities.CreateInstance<GrpcDoor>(provider, methods.All.Concat(provider.GetRequiredService<HealthService>().Methods));
    }
}
