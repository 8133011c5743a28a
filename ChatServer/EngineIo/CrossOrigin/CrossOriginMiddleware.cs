namespace ChatServer.EngineIo.CrossOrigin;

/// <summary>Puts a <see cref="CrossOriginPolicy"/> in front of a pipeline.</summary>
public static class CrossOriginMiddleware
{
    /// <summary>
    /// Answers every preflight, whatever it is for, and adds the policy's headers to every other answer, errors included. Stands before all
    /// that answers.
    /// </summary>
    public static IApplicationBuilder UseCrossOrigin(this IApplicationBuilder app, CrossOriginPolicy policy) => policy.IsOn
        ? app.Use(next => context => HttpMethods.IsOptions(context.Request.Method) ? AnswerPreflight(context, policy) : DescribeAsync(context, policy, next))
        : app;

    /// <summary>Without the reference server's Content-Length of 0, which a 204 may not have (RFC 9110 section 8.6); Kestrel would take it away.</summary>
    private static Task AnswerPreflight(HttpContext context, CrossOriginPolicy policy)
    {
        policy.DescribePreflight(context.Request, context.Response.Headers);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task DescribeAsync(HttpContext context, CrossOriginPolicy policy, RequestDelegate next)
    {
        policy.Describe(context.Request, context.Response.Headers);
        return next(context);
    }
}
