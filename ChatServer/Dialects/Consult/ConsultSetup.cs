using ChatServer.Chat;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.SocketIo;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.Consult;

/// <summary>What the composition root calls for this dialect.</summary>
public static class ConsultSetup
{
    /// <summary>
    /// The dialect's parts. Needs <see cref="ConsultOptions"/>, the core's services, <c>AddFanout</c> and <c>AddIdentity</c>.
    /// </summary>
    public static IServiceCollection AddConsult(this IServiceCollection services) => services
        .AddSingleton<ConsultDialect>()
        .AddRestBearer(ConsultDialect.ClaimMap, ConsultErrors.Instance, ChatError.Forbidden("Forbidden resource"))
        .AddRestDocument(ConsultApi.Document);

    /// <summary>
    /// Namespace <c>/chat</c>, REST under <c>/api/chat</c> and <c>/chat</c>, its description at <c>/openapi/consult.json</c> and the page
    /// that shows it at <c>/docs</c>.
    /// </summary>
    public static ServedDialect ServeConsult(this IServiceProvider services, string name) => new(
        name,
        new Dictionary<string, INamespaceHandler>
        {
            [ConsultDialect.Namespace] = ActivatorUtilities.CreateInstance<DialectNamespace>(services, services.GetRequiredService<ConsultDialect>()),
        },
        branch => branch.UseRestDocument(ConsultApi.Document),
        routes =>
        {
            ConsultApi.Map(routes);
            routes.MapRestDocument(ConsultApi.Document);
        })
    {
        Prefixes = ["/api/chat", "/chat"],
    };
}
