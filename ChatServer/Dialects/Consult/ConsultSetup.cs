using ChatServer.Chat;
using ChatServer.Dialects.SocketIo;
using ChatServer.Identity;
using ChatServer.SocketIo;
using Microsoft.AspNetCore.Routing.Constraints;

namespace ChatServer.Dialects.Consult;

/// <summary>What the composition root calls for this dialect.</summary>
public static class ConsultSetup
{
    /// <summary>
    /// The dialect's parts. Needs <see cref="ConsultOptions"/>, the core's services, <c>AddFanout</c> and <c>AddIdentity</c>.
    /// </summary>
    public static IServiceCollection AddConsult(this IServiceCollection services)
    {
        services.AddSingleton<DroppedRooms>();
        services.AddSingleton<ConsultDialect>();
        services.AddBearer(ConsultDialect.ClaimMap, bearer =>
        {
            bearer.WriteUnauthorized = http => ConsultErrors.WriteAsync(http, ChatError.Unauthorized);
            bearer.WriteForbidden = http => ConsultErrors.WriteAsync(http, ChatError.Forbidden("Forbidden resource"));
        });
        services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<RegexInlineRouteConstraint>("regex"));
        services.AddOpenApi(ConsultApi.Document, ConsultOpenApi.Describe);
        return services;
    }

    /// <summary>The namespaces of this dialect's Socket.IO listener.</summary>
    public static IReadOnlyDictionary<string, INamespaceHandler> ConsultNamespaces(this IServiceProvider services) =>
        new Dictionary<string, INamespaceHandler>
        {
            [ConsultDialect.Namespace] = ActivatorUtilities.CreateInstance<DialectNamespace>(services, services.GetRequiredService<ConsultDialect>()),
        };

    /// <summary>REST's catch-all: after <c>UseRouting</c>, before <c>UseAuthentication</c> and <c>UseAuthorization</c>.</summary>
    public static IApplicationBuilder UseConsultDoor(this IApplicationBuilder app) => app.UseMiddleware<ConsultDoor>();

    /// <summary>The page at <c>/docs</c>; its files are embedded. Anywhere before the endpoints.</summary>
    public static IApplicationBuilder UseConsultDocs(this IApplicationBuilder app) => app.UseSwaggerUI(ui =>
    {
        ui.RoutePrefix = "docs";
        ui.DocumentTitle = "Consult chat";
        ui.SwaggerEndpoint($"/openapi/{ConsultApi.Document}.json", "Consult chat");
    });

    /// <summary>REST under <c>/api/chat</c> and <c>/chat</c>, and its description at <c>/openapi/consult.json</c>.</summary>
    public static IEndpointRouteBuilder MapConsult(this IEndpointRouteBuilder routes)
    {
        ConsultApi.Map(routes);
        routes.MapOpenApi($"/openapi/{{documentName:regex(^{ConsultApi.Document}$)}}.json");
        return routes;
    }
}
