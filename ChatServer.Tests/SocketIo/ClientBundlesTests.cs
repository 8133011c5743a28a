using System.IO.Compression;
using System.Net;
using System.Text;
using ChatServer.SocketIo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md section 15: the browser client's files, as the build has fetched them from npm.</summary>
public sealed class ClientBundlesTests
{
    private const string Version = "4.8.4";
    private const string JavaScript = "application/javascript; charset=utf-8";
    private const string Json = "application/json; charset=utf-8";

    private WebApplication _app = null!;
    private HttpClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => (_app, _client) = await ServeAsync(new SocketIoOptions());

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [TestCase("socket.io.js", JavaScript)]
    [TestCase("socket.io.min.js", JavaScript)]
    [TestCase("socket.io.esm.min.js", JavaScript)]
    [TestCase("socket.io.msgpack.min.js", JavaScript)]
    [TestCase("socket.io.js.map", Json)]
    [TestCase("socket.io.min.js.map", Json)]
    [TestCase("socket.io.esm.min.js.map", Json)]
    [TestCase("socket.io.msgpack.min.js.map", Json)]
    public async Task A_file_is_served_as_the_package_has_it(string name, string type)
    {
        using var answer = await GetAsync(name);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the build could not fetch socket.io-client from npm");
        Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo(type));
        Assert.That(answer.Content.Headers.ContentEncoding, Is.Empty);
        CheckCaching(answer);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(text, Does.StartWith(type is Json ? "{\"version\":3" : $"/*!\n * Socket.IO v{Version}\n"));
        Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(Encoding.UTF8.GetByteCount(text)));
    }

    [TestCase("br")]
    [TestCase("gzip")]
    [TestCase("deflate")]
    public async Task It_comes_compressed_to_who_can_read_that_the_first_time_and_again(string coding)
    {
        using var plain = await GetAsync("socket.io.min.js");
        for (var time = 0; time < 2; time++)
        {
            using var answer = await GetAsync("socket.io.min.js", ("Accept-Encoding", coding));
            Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(new[] { coding }));
            CheckCaching(answer);
            Assert.That(await DecodeAsync(answer, coding), Is.EqualTo(await plain.Content.ReadAsStringAsync()));
        }
    }

    [Test]
    public async Task Of_several_codings_the_best_liked_is_taken()
    {
        using var answer = await GetAsync("socket.io.js", ("Accept-Encoding", "gzip;q=0.5, deflate;q=0.4, br;q=0.9, zstd"));
        Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "br" }));
    }

    [TestCase($"\"{Version}\"", 304)]
    [TestCase($"W/\"{Version}\"", 304)]
    [TestCase($"\"other\", \"{Version}\"", 304)]
    [TestCase("*", 304)]
    [TestCase("\"4.8.3\"", 200)]
    [TestCase(Version, 200)]
    public async Task Who_has_this_version_already_is_sent_nothing(string known, int status)
    {
        using var answer = await GetAsync("socket.io.js", ("If-None-Match", known));
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        CheckCaching(answer);
        Assert.That((await answer.Content.ReadAsByteArrayAsync()).Length == 0, Is.EqualTo(status is 304));
    }

    [Test]
    public async Task A_HEAD_request_gets_the_length_alone()
    {
        using var answer = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/socket.io/socket.io.js"));
        Assert.That((answer.StatusCode, answer.Content.Headers.ContentLength > 100_000), Is.EqualTo((HttpStatusCode.OK, true)));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [TestCase("socket.io.esm.js")]
    [TestCase("package.json")]
    [TestCase("../package.json")]
    [TestCase("foo.js")]
    public async Task No_other_file_is(string name)
    {
        using var answer = await GetAsync(name);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_build_without_npm_says_how_to_come_by_them()
    {
        var (app, client) = await ServeAsync(new SocketIoOptions(), Path.Combine(AppContext.BaseDirectory, "nowhere"));
        using var answer = await client.GetAsync("/socket.io/socket.io.js");
        Assert.That((answer.StatusCode, answer.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.NotFound, "text/plain")));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("npm"));
        client.Dispose();
        await app.DisposeAsync();
    }

    [Test]
    public async Task Switched_off_there_is_nothing_and_the_path_moves_them()
    {
        var (app, client) = await ServeAsync(new SocketIoOptions { ServeClient = false });
        Assert.That((await client.GetAsync("/socket.io/socket.io.js")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        client.Dispose();
        await app.DisposeAsync();
        (app, client) = await ServeAsync(new SocketIoOptions { Path = "/chat/io" });
        Assert.That((await client.GetAsync("/chat/io/socket.io.js")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        client.Dispose();
        await app.DisposeAsync();
    }

    private static void CheckCaching(HttpResponseMessage answer)
    {
        Assert.That(answer.Headers.ETag?.ToString(), Is.EqualTo($"\"{Version}\""));
        Assert.That(answer.Headers.CacheControl?.ToString(), Is.EqualTo("public, max-age=0"));
        Assert.That(answer.Headers.Vary, Is.EqualTo(new[] { "Accept-Encoding" }));
    }

    private static async Task<string> DecodeAsync(HttpResponseMessage answer, string coding)
    {
        var body = await answer.Content.ReadAsStreamAsync();
        await using Stream decoder = coding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => new ZLibStream(body, CompressionMode.Decompress),
        };
        using var reader = new StreamReader(decoder, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private static async Task<(WebApplication App, HttpClient Client)> ServeAsync(SocketIoOptions options, string? directory = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapSocketIoClient(options, directory);
        await app.StartAsync();
        return (app, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });
    }

    private Task<HttpResponseMessage> GetAsync(string name, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/socket.io/{name}");
        foreach (var (header, value) in headers)
            request.Headers.TryAddWithoutValidation(header, value);
        return _client.SendAsync(request);
    }
}
