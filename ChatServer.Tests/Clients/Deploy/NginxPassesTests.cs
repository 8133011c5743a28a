using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;
using ChatServer.EngineIo;
using ChatServer.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChatServer.Tests.Clients.Deploy;

/// <summary>What deploy/nginx.conf lets through to each dialect, and for how long it waits.</summary>
public sealed class NginxPassesTests
{
    private const int SupportPort = 45_000;
    private const int MidimoPort = 50_051;

    /// <summary>Five files of 10 MB (contracts S4).</summary>
    private const int Upload = 5 * 10 * 1024 * 1024;

    [TestCase("hotel", 8001, "/ws/chat/reception/")]
    [TestCase("midimo-web", 8082, "/ws")]
    public async Task A_raw_websocket_passes(string dialect, int port, string path)
    {
        await using var server = await StandIn.StartAsync(HttpProtocols.Http1);
        await using var site = await NginxSite.StartAsync((port, server.Address));
        using var invoker = new HttpMessageInvoker(site.CreateHandler());
        using var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(Journal<string>.Patience);

        await socket.ConnectAsync(new UriBuilder(site.AddressOf(dialect)) { Scheme = "wss", Path = path }.Uri, invoker, patience.Token);
        await socket.SendAsync("xin chào"u8.ToArray(), WebSocketMessageType.Text, true, patience.Token);
        var buffer = new byte[100];
        var echo = await socket.ReceiveAsync(buffer, patience.Token);
        Assert.That(Encoding.UTF8.GetString(buffer, 0, echo.Count), Is.EqualTo("xin chào"));
    }

    [Test]
    public async Task A_grpc_call_passes_to_midimo_and_its_status_comes_back()
    {
        await using var midimo = await StandIn.StartAsync(HttpProtocols.Http2);
        await using var site = await NginxSite.StartAsync((MidimoPort, midimo.Address));
        using var client = site.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(site.AddressOf("midimo"), "/midimo.chat.ChatService/SendMessage"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));

        using var answer = await client.SendAsync(request);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("HTTP/2 /midimo.chat.ChatService/SendMessage 127.0.0.1 5"));
        Assert.That(answer.TrailingHeaders.GetValues("grpc-status"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task An_upload_of_the_documented_size_passes_to_support()
    {
        await using var support = await StandIn.StartAsync(HttpProtocols.Http1);
        await using var site = await NginxSite.StartAsync((SupportPort, support.Address));
        using var client = site.CreateClient();

        using var content = new ByteArrayContent(new byte[Upload + 10_000]);
        using var answer = await client.PostAsync(new Uri(site.AddressOf("support"), "/api/v1/chat/upload"), content);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo($"HTTP/1.1 /api/v1/chat/upload 127.0.0.1 {Upload + 10_000}"));

        using var tooMuch = new ByteArrayContent(new byte[Upload + 10_000]);
        using var refused = await client.PostAsync(new Uri(site.AddressOf("support"), "/socket.io/"), tooMuch);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task An_upload_begins_at_the_server_before_it_has_ended_at_the_client()
    {
        await using var support = await StandIn.StartAsync(HttpProtocols.Http1);
        await using var site = await NginxSite.StartAsync((SupportPort, support.Address));
        using var client = site.CreateClient();
        var rest = new TaskCompletionSource();

        using var content = new HeldBack(rest.Task);
        var answering = client.PostAsync(new Uri(site.AddressOf("support"), "/api/v1/chat/upload"), content);
        await support.BodyBegan.Task.WaitAsync(Journal<string>.Patience);
        rest.SetResult();
        using var answer = await answering;
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.EndWith(" 10"));
    }

    [Test]
    public void Nginx_waits_longer_than_a_living_client_is_silent()
    {
        var options = new EngineIoOptions();
        var silence = TimeSpan.FromMilliseconds(options.PingInterval + options.PingTimeout);

        Assert.That(Seconds("proxy_read_timeout"), Is.GreaterThan(silence.TotalSeconds + 10), "the server is to end a session, and not the proxy");
        Assert.That(Seconds("proxy_send_timeout"), Is.GreaterThan(silence.TotalSeconds + 10));
        Assert.That(NginxSite.Source, Does.Contain("proxy_buffering off;"));
        Assert.That(options.MaxPayload, Is.LessThan(1024 * 1024).And.GreaterThan(900_000), "client_max_body_size 1m");
    }

    private static int Seconds(string directive) =>
        int.Parse(Regex.Match(NginxSite.Source, $@"\b{directive}\s+(\d+)s;").Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Five bytes at once, and five when they are let go.</summary>
    private sealed class HeldBack(Task released) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[5]);
            await stream.FlushAsync();
            await released;
            await stream.WriteAsync(new byte[5]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 10;
            return true;
        }
    }
}
