using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChatServer.Tests.Clients.Deploy;

/// <summary>A server behind nginx that shows what arrives: to be asked about what only some dialects take.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandIn(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Done when the first bytes of a body have come, though the rest has not.</summary>
    public TaskCompletionSource BodyBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="protocols">HTTP/1.1, or HTTP/2 without TLS as gRPC has it.</param>
    public static async Task<StandIn> StartAsync(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols);
        });
        var app = builder.Build();
        var standIn = new StandIn(app);
        app.UseWebSockets();
        app.Run(context => context.WebSockets.IsWebSocketRequest ? EchoAsync(context) : standIn.AnswerAsync(context));
        await app.StartAsync();
        return standIn;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Sends one message back.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[100];
        var message = await socket.ReceiveAsync(buffer, context.RequestAborted);
        await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    /// <summary>Says how long the body was, and how the request came; the trailer is where gRPC has its status.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        long length = 0;
        var buffer = new byte[64 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
        {
            length += count;
            BodyBegan.TrySetResult();
        }
        if (context.Response.SupportsTrailers())
            context.Response.AppendTrailer("grpc-status", "0");
        context.Response.ContentType = context.Request.ContentType;
        await context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Path} {context.Request.Headers["X-Forwarded-For"]} {length}", context.RequestAborted);
    }
}
