using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.OpenApi;

namespace ChatServer.Dialects.Rest;

/// <summary>The description of one dialect's REST.</summary>
/// <param name="Name">Of the document, and so of its file; the group name of the endpoints that belong to it.</param>
/// <param name="Numbers">Parameters that are taken as text, so that a bad one gets the dialect's answer, and are meant as numbers.</param>
internal sealed record RestDocument(string Name, string Title, string Description, IReadOnlyCollection<string> Numbers);

/// <summary>OpenAPI and the page that shows it. They only describe: what is read and checked is in the endpoints.</summary>
internal static class RestOpenApi
{
    private const string Bearer = "bearer";

    public static IServiceCollection AddRestDocument(this IServiceCollection services, RestDocument document) => services
        .Configure<RouteOptions>(routes => routes.SetParameterPolicy<RegexInlineRouteConstraint>("regex"))
        .AddOpenApi(document.Name, options => Describe(options, document));

    /// <summary>The description at <c>/openapi/NAME.json</c>.</summary>
    public static void MapRestDocument(this IEndpointRouteBuilder routes, RestDocument document) =>
        routes.MapOpenApi($"/openapi/{{documentName:regex(^{document.Name}$)}}.json");

    /// <summary>The page at <c>/docs</c>; its files are embedded. Anywhere before the endpoints.</summary>
    public static void UseRestDocument(this IApplicationBuilder app, RestDocument document) => app.UseSwaggerUI(ui =>
    {
        ui.RoutePrefix = "docs";
        ui.DocumentTitle = document.Title;
        ui.SwaggerEndpoint($"/openapi/{document.Name}.json", document.Title);
    });

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

    /// <summary>As <see cref="Takes"/>, of an endpoint that takes files, in the form that <see cref="Files.UploadReader"/> reads.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="fields">What the form may hold besides the files.</param>
    public static RouteHandlerBuilder TakesFiles(this RouteHandlerBuilder endpoint, params string[] fields) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody ??= new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType>() };
            var properties = fields.ToDictionary(field => field, _ => (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.String });
            properties["attachments"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                Description = "One part for each file",
            };
            operation.RequestBody.Content!["multipart/form-data"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = properties } };
            return Task.CompletedTask;
        });

    private static void Describe(OpenApiOptions options, RestDocument rest)
    {
        options.ShouldInclude = description => description.GroupName == rest.Name;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = rest.Title, Version = "1", Description = rest.Description };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.AddComponent(Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" });
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(p => rest.Numbers.Contains(p.Name)) ?? [])
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" };
            return Task.CompletedTask;
        });
    }
}
