using ChatServer.Chat;
using ChatServer.Dialects.SocketIo;

namespace ChatServer.Dialects.Consult;

/// <summary>Marks the endpoints that stand behind <see cref="ConsultDoor"/>.</summary>
internal sealed record ConsultEndpoint
{
    public static readonly ConsultEndpoint Marker = new();
}

/// <summary>
/// REST's one catch-all: bounds a request in size and time, and turns whatever went wrong into an answer in Nest's shape. Stands
/// behind routing and before authentication. A mistake of the user's is never a 500, and a fault of ours is told without details.
/// </summary>
internal sealed class ConsultDoor(RequestDelegate next, TimeProvider time, ILogger<ConsultDoor> logger)
{
    public Task InvokeAsync(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<ConsultEndpoint>() is null ? next(http) : GuardAsync(http);

    private async Task GuardAsync(HttpContext http)
    {
        ConsultBody.LimitSize(http);
        Protect(http.Response.Headers);
        var client = http.RequestAborted;
        using var deadline = Deadline.Start(time, client);
        http.RequestAborted = deadline.Token;
        var failure = await TryAsync(http, client);
        http.RequestAborted = client;
        if (failure is null)
            return;
        if (http.Response.HasStarted)
            http.Abort();
        else
            await failure(http);
    }

    /// <summary>What is answered is one user's own: no cache may keep it, and no browser may take it for a page.</summary>
    private static void Protect(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>How to answer what went wrong; null when nothing did, or nobody waits for an answer.</summary>
    private async Task<Func<HttpContext, Task>?> TryAsync(HttpContext http, CancellationToken client)
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
            return Refuse(ChatError.DbUnavailable);
        }
        catch (UnavailableException e)
        {
            return Refuse(e.Error);
        }
        catch (BadHttpRequestException e)
        {
            return Refuse(NestStatus.Of(e.StatusCode));
        }
        catch (Exception e)
        {
            logger.RequestFailed(e, http.Request.Method, http.GetEndpoint()?.DisplayName);
            return Refuse(ChatError.Internal);
        }
    }

    private static Func<HttpContext, Task> Refuse(ChatError error) => http => ConsultErrors.WriteAsync(http, error);

    private static Func<HttpContext, Task> Refuse(NestErrorOut error) => http => ConsultErrors.WriteAsync(http, error);
}
