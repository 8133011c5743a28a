using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>One delivery as it came in: its bytes, because they are what is signed.</summary>
internal sealed record Received(byte[] Body, IReadOnlyDictionary<string, string> Headers, string Path)
{
    public JsonElement Json { get; } = JsonElement.Parse(Body);

    public string Type => Json.GetProperty("event_type").GetString()!;

    public string Id => Json.GetProperty("id").GetString()!;

    public JsonElement Data => Json.GetProperty("data");
}

/// <summary>Somebody else's server on a loopback port, which takes everything unless it is told what to answer.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();

    private Receiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>All that came in, taken or not, in its order.</summary>
    public ConcurrentQueue<Received> Deliveries { get; } = new();

    /// <summary>What every request without an answer of its own gets; null: 204.</summary>
    public Func<HttpContext, Task>? Always { get; set; }

    public string[] Ids => [.. Deliveries.Select(delivery => delivery.Id)];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>What one of the next requests is answered.</summary>
    public void Answer(Func<HttpContext, Task> answer) => _answers.Enqueue(answer);

    public void Answer(int status, params (string Name, string Value)[] headers) => Answer(http =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        return Task.CompletedTask;
    });

    /// <summary>Says nothing until the other end has had enough.</summary>
    public static async Task HangAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Deliveries.Enqueue(new Received(
            body.ToArray(), http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}"));
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        if (_answers.TryDequeue(out var answer))
            await answer(http);
        else if (Always is { } always)
            await always(http);
    }
}
