using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChatServer.Dialects.Consult;

/// <summary>The OpenAPI document of this dialect's REST. It only describes: what is read and checked is in the endpoints.</summary>
internal static class ConsultOpenApi
{
    private const string Bearer = "bearer";

    public static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = description => description.GroupName == ConsultApi.Document;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Consult chat",
                Version = "1",
                Description = "Rooms and sessions. Every path is served under /chat as well. Live messages: Socket.IO, namespace /chat.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.AddComponent(Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" });
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            // Ids are taken as text, so that a bad one gets Nest's answer; what is meant is a number.
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(p => p.Name is "id" or "page" or "limit") ?? [])
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" };
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// Describes the body an endpoint reads by itself. <c>Accepts</c> would also route by content type, and the answer to a wrong
    /// one would be a missing route.
    /// </summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer(async (operation, context, cancellation) => operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(T), null, cancellation) },
            },
        });
}
