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
        .AddSingleton<DirectoryEndpoint>()
        .AddSingleton<DemoTable>();

    /// <summary>The operator's port: health, readiness, the directory.</summary>
    public static void MapOperations(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealth();
        endpoints.MapPut("/admin/directory", (DirectoryEndpoint directory, HttpContext context) => directory.PutAsync(context)).ExcludeFromDescription();
    }
}
