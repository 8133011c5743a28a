using ChatServer.Chat;

namespace ChatServer.Dialects.Rest;

/// <summary>
/// REST's one catch-all: bounds a request in size and time, and turns whatever went wrong into an answer in the endpoint's own words. Stands
/// behind routing and before authentication. A mistake of the user's is never a 500, and a fault of ours is told without details.
/// </summary>
internal sealed class RestDoor(RequestDelegate next, TimeProvider time, ILogger<RestDoor> logger)
{
    public Task InvokeAsync(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<RestEndpoint>() is { } endpoint ? GuardAsync(http, endpoint.Errors) : next(http);

    private async Task GuardAsync(HttpContext http, IRestErrors errors)
    {
        var limits = RestLimits.Of(http);
        RestBody.LimitSize(http, limits.MaxBytes);
        Protect(http.Response.Headers);
        var client = http.RequestAborted;
        using var deadline = new LinkedDeadline(time, limits.Patience, client);
        http.RequestAborted = deadline.Token;
        var refuse = await TryAsync(http, errors, client);
        http.RequestAborted = client;
        if (refuse is null)
            return;
        if (http.Response.HasStarted)
            http.Abort();
        else
            await refuse();
    }

    /// <summary>What is answered is one user's own: no cache may keep it, and no browser may take it for a page.</summary>
    private static void Protect(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>How to answer what went wrong; null when nothing did, or nobody waits for an answer.</summary>
    private async Task<Func<Task>?> TryAsync(HttpContext http, IRestErrors errors, CancellationToken client)
    {
        try
        {
            await next(http);
            return null;
        }
        catch (OperationCanceledException) when (client.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return () => errors.WriteAsync(http, ChatError.DbUnavailable);
        }
        catch (UnavailableException e)
        {
            return () => errors.WriteAsync(http, e.Error);
        }
        catch (BadHttpRequestException e)
        {
            return () => errors.WriteAsync(http, RestFault.Of(e.StatusCode));
        }
        catch (Exception e)
        {
            logger.RequestFailed(e, http.Request.Method, http.GetEndpoint()?.DisplayName);
            return () => errors.WriteAsync(http, ChatError.Internal);
        }
    }
}
