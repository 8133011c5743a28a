using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>Firebase Cloud Messaging, HTTP v1: one request for each device, a bounded number of them at once. Owns <paramref name="http"/>.</summary>
internal sealed class FcmClient(HttpClient http, AccessTokens tokens, ServiceAccount account, PushOptions options, TimeProvider time) : IDisposable
{
    private readonly Uri _send = new($"{options.Endpoint.TrimEnd('/')}/v1/projects/{Uri.EscapeDataString(account.ProjectId)}/messages:send");
    private readonly SemaphoreSlim _places = new(options.Concurrency);

    /// <summary>Never throws for what the service, the network or a deadline does; to give up is to try again later.</summary>
    public async Task<PushAnswer> SendAsync(FcmMessageOut message, CancellationToken cancellation)
    {
        try
        {
            await _places.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return new PushAnswer(PushVerdict.Retry, "cut off before its turn");
        }
        try
        {
            return await SendAuthorizedAsync(new FcmRequestOut(message), cancellation);
        }
        catch (OperationCanceledException)
        {
            return new PushAnswer(PushVerdict.Retry, cancellation.IsCancellationRequested ? "cut off" : "no answer in time");
        }
        catch (HttpRequestException e)
        {
            return new PushAnswer(PushVerdict.Retry, e.Message);
        }
        catch (JsonException)
        {
            return new PushAnswer(PushVerdict.Retry, "the token endpoint answered no JSON");
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        http.Dispose();
    }

    /// <summary>A token that is refused is replaced, once: it may have been revoked.</summary>
    private async Task<PushAnswer> SendAuthorizedAsync(FcmRequestOut request, CancellationToken cancellation)
    {
        var token = await tokens.GetAsync(cancellation);
        using var first = await PostAsync(request, token, cancellation);
        if (first.StatusCode is not HttpStatusCode.Unauthorized)
            return await FcmAnswer.ReadAsync(first, time.GetUtcNow(), cancellation);
        tokens.Discard(token);
        using var second = await PostAsync(request, await tokens.GetAsync(cancellation), cancellation);
        return await FcmAnswer.ReadAsync(second, time.GetUtcNow(), cancellation);
    }

    private async Task<HttpResponseMessage> PostAsync(FcmRequestOut request, string token, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _send) { Content = JsonContent.Create(request, PushJson.Default.FcmRequestOut) };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(message, cancellation);
    }
}
