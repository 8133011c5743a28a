using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChatServer.Tests.Clients;

/// <summary>Shows what a gRPC client sends: it answers its calls with the statuses it is given, in turn, and with an empty message where that is OK.</summary>
internal sealed class GrpcCounterpart : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Queue<int> _statuses;
    private readonly List<IReadOnlyDictionary<string, string>> _calls = [];

    private GrpcCounterpart(WebApplication app, IEnumerable<int> statuses) => (_app, _statuses) = (app, new Queue<int>(statuses));

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The headers of each call, in order, and its path as <c>:path</c>.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Calls
    {
        get
        {
            lock (_calls)
                return [.. _calls];
        }
    }

    public static Task<GrpcCounterpart> StartAsync(params int[] statuses) => StartAtAsync(new Uri("http://127.0.0.1:0"), statuses);

    public static async Task<GrpcCounterpart> StartAtAsync(Uri address, params int[] statuses)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"{address}").ConfigureKestrel(kestrel =>
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var counterpart = new GrpcCounterpart(app, statuses);
        app.Run(counterpart.AnswerAsync);
        await app.StartAsync();
        return counterpart;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        var status = Next(context.Request);
        context.Response.ContentType = "application/grpc";
        if (status is 0)
            await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", status.ToString(CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", "Kh%C3%B4ng");
        context.Response.AppendTrailer("x-request-id", $"{context.Request.Headers["x-request-id"]}");
    }

    private int Next(HttpRequest request)
    {
        lock (_calls)
        {
            _calls.Add(new Dictionary<string, string>(
                [.. request.Headers.Select(header => KeyValuePair.Create(header.Key, $"{header.Value}")), new(":path", request.Path)], StringComparer.OrdinalIgnoreCase));
            return _statuses.Dequeue();
        }
    }
}
