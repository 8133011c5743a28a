using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ChatServer.Listeners;
using ChatServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Listeners;

/// <summary>reliability.md section 4, as far as it is the web server's: bytes on a bare connection, and what comes of them.</summary>
[Parallelizable]
internal sealed class HttpLimitsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly HttpLimits Small = new()
    {
        MaxConnections = 20,
        HeadersTimeout = 500,
        KeepAliveTimeout = 2_000,
        MaxHeaders = 12,
        MaxHeaderBytes = 2_000,
        MaxRequestLine = 300,
        MinBodyRate = 240,
        BodyGrace = 2_000,
    };

    private ListLogger<BadRequests> _log = null!;
    private WebApplication _app = null!;
    private int _port;

    [SetUp]
    public async Task StartAsync()
    {
        _log = new ListLogger<BadRequests>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddListeners(new ListenOptions { Consult = "http://127.0.0.1:0", Restaurant = "", Hotel = "", Support = "", Midimo = "", MidimoWeb = "", Admin = "" }, onlyLoopback: true).AddSingleton(Small).AddSingleton<ILogger<BadRequests>>(_log);
        _app = builder.Build();
        _app.UseListeners((branch, _) => branch.Run(ServeAsync));
        await _app.StartAsync();
        _port = new Uri(_app.ListeningUrls()[nameof(ListenOptions.Consult)]).Port;
    }

    [TearDown]
    public async Task StopAsync() => await _app.DisposeAsync();

    [TestCase("GET / HTTP/1.1\r\nHost: x\r\n", 408, "timed out")]
    [TestCase("GET / HTTP", 408, "timed out")]
    [TestCase("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc", 408, "timed out")]
    [TestCase("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 408, "timed out")]
    [TestCase("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\nab\r\n0\r\n\r\n", 400, "chunk")]
    [TestCase("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, "ontent")]
    [TestCase("GET /LINE HTTP/1.1\r\nHost: x\r\n\r\n", 414, "line")]
    [TestCase("GET / HTTP/1.1\r\nHost: x\r\nX: LINE\r\nX: LINE\r\nX: LINE\r\nX: LINE\r\nX: LINE\r\nX: LINE\r\nX: LINE\r\n\r\n", 431, "headers")]
    [TestCase("GET / HTTP/1.1\r\nHost: x\r\na:b\r\na:b\r\na:b\r\na:b\r\na:b\r\na:b\r\na:b\r\na:b\r\na:b\r\na:b\r\na:b\r\na:b\r\n\r\n", 431, "headers")]
    public async Task What_is_too_slow_or_too_much_is_refused_with_one_line_and_the_connection_is_closed(string bytes, int status, string word)
    {
        var said = await AskAsync(bytes.Replace("LINE", new string('a', 300), StringComparison.Ordinal));
        Assert.That(said, Does.StartWith($"HTTP/1.1 {status} "));
        Assert.That(_log.Entries.Select(entry => (entry.Level, entry.Text)), Has.Exactly(1).Items);
        Assert.That(_log.Entries[0].Level, Is.EqualTo(LogLevel.Information));
        Assert.That(_log.Entries[0].Text, Does.StartWith($"Request refused with {status}: ").And.Contain(word));
    }

    [Test]
    public async Task A_connection_that_says_nothing_is_closed()
    {
        var clock = Stopwatch.StartNew();
        Assert.That(await AskAsync(""), Is.Empty);
        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task A_request_that_keeps_the_limits_is_answered()
    {
        var headers = string.Concat(Enumerable.Repeat("a: b\r\n", 10));
        Assert.That(await AskAsync($"POST /{new string('a', 200)} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 2\r\n\r\nab", isLast: false), Does.StartWith("HTTP/1.1 200 "));
        Assert.That(_log.Entries, Is.Empty);
    }

    [Test]
    public async Task A_connection_too_many_is_closed_until_another_has_gone()
    {
        var others = await Task.WhenAll(Enumerable.Range(0, Small.MaxConnections).Select(_ => ConnectAsync()));
        foreach (var other in others)
            Assert.That(await RequestAsync(other), Does.StartWith("HTTP/1.1 200 "));
        using (var refused = await ConnectAsync())
            Assert.That(await ReadToEndAsync(refused), Is.Empty);
        foreach (var other in others)
            other.Dispose();
        await Eventually.GetAsync(async () =>
        {
            using var again = await ConnectAsync();
            return await RequestAsync(again);
        }, said => said.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), "a connection is served again");
    }

    private static async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync((await reader.ReadToEndAsync()).Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task<string> AskAsync(string bytes, bool isLast = true)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes(bytes));
        return isLast ? await ReadToEndAsync(client) : await ReadSomeAsync(client);
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _port);
        return client;
    }

    private static async Task<string> RequestAsync(Socket client)
    {
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        return await ReadSomeAsync(client);
    }

    private static async Task<string> ReadSomeAsync(Socket client)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4_096];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer.AsMemory(), patience.Token));
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private static async Task<string> ReadToEndAsync(Socket client)
    {
        var said = "";
        while (await ReadSomeAsync(client) is { Length: > 0 } more)
            said += more;
        return said;
    }
}
