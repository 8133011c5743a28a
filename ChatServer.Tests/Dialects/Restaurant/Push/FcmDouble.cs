using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

/// <summary>
/// Google as push knows it, on a loopback port: a token endpoint that takes nothing but a right assertion, and FCM that takes nothing but a
/// token of it. What each device is answered can be set, one answer after another; without, it is taken.
/// </summary>
internal sealed class FcmDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, Task>>> _answers = new();
    private int _issued;

    private FcmDouble(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    public string Url => _app.Urls.Single();

    public string TokenUri => $"{Url}/token";

    /// <summary>What the next token requests are answered before anything is looked at.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> TokenAnswers { get; } = new();

    /// <summary>How many tokens were given out.</summary>
    public int Issued => _issued;

    /// <summary>Why assertions were refused.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>The body of every request that came with a good token, taken or not, in its order.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>Tokens of the devices of <see cref="Requests"/>.</summary>
    public string[] Devices => [.. Requests.Select(request => request.GetProperty("message").GetProperty("token").GetString()!)];

    public static async Task<FcmDouble> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var google = new FcmDouble(app, time);
        app.UseRouting();
        app.MapPost("/token", google.AnswerTokenAsync);
        app.MapPost("/v1/projects/{project}/messages:send", google.AnswerSendAsync);
        await app.StartAsync();
        return google;
    }

    /// <summary>What the next request for a device is answered.</summary>
    public void Answer(string device, int status, string body = "", string? retryAfter = null) => Answer(device, http => WriteAsync(http, status, body, retryAfter));

    public void Answer(string device, Func<HttpContext, Task> answer) => _answers.GetOrAdd(device, _ => new()).Enqueue(answer);

    /// <summary>No answer at all until the client gives up.</summary>
    public static async Task HangAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public static string Error(int code, string status, string? errorCode = null, string? field = null)
    {
        var details = new List<object>();
        if (errorCode is not null)
            details.Add(new Dictionary<string, object> { ["@type"] = "type.googleapis.com/google.firebase.fcm.v1.FcmError", ["errorCode"] = errorCode });
        if (field is not null)
            details.Add(new Dictionary<string, object> { ["@type"] = "type.googleapis.com/google.rpc.BadRequest", ["fieldViolations"] = new[] { new { field, description = "bad" } } });
        return JsonSerializer.Serialize(new { error = new { code, message = "in words", status, details } });
    }

    /// <summary>Takes no token any more that was given out.</summary>
    public void RevokeAll() => _tokens.Clear();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public static async Task WriteAsync(HttpContext http, int status, string body, string? retryAfter = null)
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null)
            http.Response.Headers.RetryAfter = retryAfter;
        http.Response.ContentType = "application/json; charset=UTF-8";
        await http.Response.WriteAsync(body);
    }

    private async Task AnswerTokenAsync(HttpContext http)
    {
        if (TokenAnswers.TryDequeue(out var answer))
        {
            await answer(http);
            return;
        }
        if (Check(await http.Request.ReadFormAsync()) is { } fault)
        {
            Faults.Enqueue(fault);
            await WriteAsync(http, 400, """{"error":"invalid_grant"}""");
            return;
        }
        var token = $"ya29.{Interlocked.Increment(ref _issued)}";
        _tokens[token] = _time.GetUtcNow().AddSeconds(3599);
        await WriteAsync(http, 200, $$"""{"access_token":"{{token}}","expires_in":3599,"token_type":"Bearer"}""");
    }

    private async Task AnswerSendAsync(HttpContext http)
    {
        var token = http.Request.Headers.Authorization.ToString();
        var isGood = token.StartsWith("Bearer ", StringComparison.Ordinal) && _tokens.TryGetValue(token["Bearer ".Length..], out var until) && until > _time.GetUtcNow();
        if (!isGood || (string?)http.Request.RouteValues["project"] != GoogleAccount.Project)
        {
            await WriteAsync(http, isGood ? 404 : 401, Error(isGood ? 404 : 401, isGood ? "NOT_FOUND" : "UNAUTHENTICATED"));
            return;
        }
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        Requests.Enqueue(body.RootElement.Clone());
        if (_answers.TryGetValue(body.RootElement.GetProperty("message").GetProperty("token").GetString()!, out var answers) && answers.TryDequeue(out var answer))
            await answer(http);
        else
            await WriteAsync(http, 200, $$"""{"name":"projects/{{GoogleAccount.Project}}/messages/{{Requests.Count}}"}""");
    }

    /// <summary>What is wrong with a token request; null for nothing. By hand, so that the server's library is not its own judge.</summary>
    private string? Check(IFormCollection form)
    {
        var parts = form["assertion"].ToString().Split('.');
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer" || parts.Length != 3)
            return "no assertion";
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        if (!GoogleAccount.PublicKey.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            return "signature";
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        var (now, claims) = (_time.GetUtcNow().ToUnixTimeSeconds(), payload.RootElement);
        var (iat, exp) = (claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64());
        return header.RootElement.GetProperty("alg").GetString() != "RS256" ? "alg"
            : header.RootElement.GetProperty("kid").GetString() != GoogleAccount.KeyId ? "kid"
            : claims.GetProperty("iss").GetString() != GoogleAccount.Email ? "iss"
            : claims.GetProperty("aud").GetString() != TokenUri ? "aud"
            : claims.GetProperty("scope").GetString() != "https://www.googleapis.com/auth/firebase.messaging" ? "scope"
            : iat > now || exp <= now || exp - iat > 3600 ? "time"
            : null;
    }
}
