using ChatServer.Operations.Metrics;

namespace ChatServer.Operations;

/// <summary>Puts this folder together.</summary>
public static class OperationsServices
{
    /// <param name="ping">Asks the store for a sign of life, for readiness.</param>
    public static IServiceCollection AddOperations(this IServiceCollection services, Func<IServiceProvider, StorePing> ping) => services
        .AddHostedService<RuntimeCheck>()
        .AddHostedService<DirectoryAtStart>()
        .AddSingleton(ping)
        .AddSingleton<Readiness>()
        .AddSingleton<MetricsCollector>()
        .AddSingleton<DirectoryEndpoint>()
        .AddSingleton<OutboxEndpoint>()
        .AddSingleton<DemoTable>();

    /// <summary>The operator's port: health, readiness, metrics, the directory, the outbox.</summary>
    public static void MapOperations(this IEndpointRouteBuilder endpoints)
    {
        // Made now, so that it counts from the start and not from the first question.
        var metrics = endpoints.ServiceProvider.GetRequiredService<MetricsCollector>();
        endpoints.MapHealth();
        endpoints.MapGet("/metrics", () => Results.Text(metrics.Render(), "text/plain; version=0.0.4; charset=utf-8")).ExcludeFromDescription();
        endpoints.MapPut("/admin/directory", (DirectoryEndpoint directory, HttpContext context) => directory.PutAsync(context)).ExcludeFromDescription();
        endpoints.MapOutbox();
    }

    internal static void MapOutbox(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/admin/outbox/{topic}/dead", (OutboxEndpoint outbox, HttpContext context, string topic, int? limit) => outbox.ListDeadAsync(context, topic, limit)).ExcludeFromDescription();
        endpoints.MapPost("/admin/outbox/{topic}/{id:long}/replay", (OutboxEndpoint outbox, HttpContext context, string topic, long id) => outbox.ReplayOneAsync(context, topic, id)).ExcludeFromDescription();
        endpoints.MapPost("/admin/outbox/{topic}/replay", (OutboxEndpoint outbox, HttpContext context, string topic) => outbox.ReplayAsync(context, topic)).ExcludeFromDescription();
    }
}
