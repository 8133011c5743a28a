using ChatServer.Chat.Devices;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>What the composition root calls for push; the endpoints are <see cref="DevicesApi"/>'s.</summary>
public static class PushSetup
{
    /// <summary>Bytes of an answer that are read; Google's have a few hundred.</summary>
    private const int MaxAnswer = 65_536;

    /// <summary>Needs <see cref="PushOptions"/>, the core's repositories and <c>AddFanout</c>. Switched off it costs an idle topic.</summary>
    public static IServiceCollection AddRestaurantPush(this IServiceCollection services) => services
        .AddSingleton<DeviceService>()
        .AddSingleton<PushTopic>()
        .AddSingleton<OutboxTopic>(provider => provider.GetRequiredService<PushTopic>())
        .AddSingleton<PushRecipients>()
        .AddSingleton(provider => ReadAccount(provider.GetRequiredService<PushOptions>()))
        .AddSingleton(MakeClient)
        .AddSingleton<PushDelivery>()
        .AddSingleton<Func<PushDelivery>>(provider => provider.GetRequiredService<PushDelivery>)
        .AddHostedService<PushWorker>();

    /// <summary>Without redirects, which would carry the token elsewhere, and with fresh connections now and then, so that a moved address is found.</summary>
    internal static HttpClient MakeHttp(PushOptions options) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = options.Concurrency,
    })
    {
        Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
        MaxResponseContentBufferSize = MaxAnswer,
    };

    private static ServiceAccount ReadAccount(PushOptions options) =>
        ServiceAccount.TryRead(options.CredentialsFile, out var account, out var problem) ? account : throw new InvalidOperationException(problem);

    private static FcmClient MakeClient(IServiceProvider services)
    {
        var (options, account, time) =
            (services.GetRequiredService<PushOptions>(), services.GetRequiredService<ServiceAccount>(), services.GetRequiredService<TimeProvider>());
        var http = MakeHttp(options);
        return new FcmClient(http, new AccessTokens(account, http, time), account, options, time);
    }
}
