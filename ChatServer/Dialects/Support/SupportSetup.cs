using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.SocketIo;
using ChatServer.SocketIo;

namespace ChatServer.Dialects.Support;

/// <summary>What the composition root calls for this dialect.</summary>
public static class SupportSetup
{
    /// <summary>The dialect's parts. Needs <see cref="SupportOptions"/>, the core's services, <c>AddFanout</c>, <c>AddIdentity</c> and <c>AddRestFiles</c>.</summary>
    public static IServiceCollection AddSupport(this IServiceCollection services) => services
        .AddSingleton<SupportView>()
        .AddSingleton<SupportPosts>()
        .AddSingleton<SupportDialect>()
        .AddRestBearer(SupportDialect.ClaimMap, SupportErrors.Instance, ChatError.Forbidden("Insufficient permissions"))
        .AddRestDocument(SupportApi.Document);

    /// <summary>Namespace <c>/</c>, REST under <c>/api/v1/chat</c>, its description at <c>/openapi/support.json</c> and the page that shows it at <c>/docs</c>.</summary>
    public static ServedDialect ServeSupport(this IServiceProvider services, string name) => new(
        name,
        new Dictionary<string, INamespaceHandler>
        {
            [SupportDialect.Namespace] = ActivatorUtilities.CreateInstance<DialectNamespace>(services, services.GetRequiredService<SupportDialect>()),
        },
        branch => branch.UseRestDocument(SupportApi.Document),
        routes =>
        {
            SupportApi.Map(routes, services.GetRequiredService<UploadOptions>());
            routes.MapRestDocument(SupportApi.Document);
        })
    {
        Prefixes = ["/api/v1/chat"],
    };
}
