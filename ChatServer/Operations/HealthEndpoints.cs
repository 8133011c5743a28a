namespace ChatServer.Operations;

/// <summary>What orchestrators ask: is the process alive, and should it be sent traffic?</summary>
public static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", () => Results.Text("ok")).ExcludeFromDescription();
        endpoints.MapGet("/readyz", ReadyAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var problem = await readiness.ProblemAsync(context.RequestAborted);
        return problem is null
            ? Results.Json(new ReadinessOut(true, null), OperationsJson.Default.ReadinessOut)
            : Results.Json(new ReadinessOut(false, problem), OperationsJson.Default.ReadinessOut, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
