using System.Net;
using ChatServer.Chat.Events;
using ChatServer.Chat.Outbox;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>What the composition root calls for webhooks.</summary>
public static class WebhookSetup
{
    /// <summary>Needs <see cref="WebhookOptions"/>, <c>AddMidimo</c>, the core's repositories and <c>AddFanout</c> before it. Switched off it costs an idle topic.</summary>
    public static IServiceCollection AddMidimoWebhooks(this IServiceCollection services) => services
        .AddSingleton<WebhookTopic>()
        .AddSingleton<OutboxTopic>(provider => provider.GetRequiredService<WebhookTopic>())
        .AddSingleton(provider => new CheckedConnection(provider.GetRequiredService<WebhookOptions>(), Dns.GetHostAddressesAsync))
        .AddSingleton<WebhookClient>()
        .AddSingleton<WebhookBody>()
        .AddSingleton<WebhookDelivery>()
        .AddSingleton<Func<WebhookDelivery>>(provider => provider.GetRequiredService<WebhookDelivery>)
        .AddSingleton<WebhookNotes>()
        .AddSingleton(MakeEars)
        .AddHostedService(provider => provider.GetRequiredService<WebhookNotes>())
        .AddHostedService<WebhookWorker>();

    /// <summary>Whoever publishes is heard by webhooks as well, where they are switched on.</summary>
    private static IEventPublisher MakeEars(IServiceProvider services)
    {
        var adapter = services.GetRequiredService<Adapter>();
        return services.GetRequiredService<WebhookOptions>().IsOn ? ActivatorUtilities.CreateInstance<WebhookEars>(services, (IEventPublisher)adapter) : adapter;
    }
}
