using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using ChatServer.Chat.Attachments;
using ChatServer.Data;
using ChatServer.Storage;
using ChatServer.Tests.Data;
using ChatServer.Tests.Dialects.Support;
using ChatServer.Tests.Storage;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>Uploads to the real server: large ones, interrupted ones, and with S3 behind it (reliability G21).</summary>
public sealed class UploadTests
{
    private const int Largest = 10_485_760;

    private readonly HttpClient _client = new();

    [OneTimeTearDown]
    public void DisposeClient() => _client.Dispose();

    [Test]
    public async Task Five_files_of_10_MB_are_kept_to_the_byte_and_never_in_memory()
    {
        await using var server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync());
        await using var customer = SupportParty.Customer(server.Support);
        var session = await customer.OpenAsync();
        await PostAsync(server, customer, session, Form.With().File("small.txt", Text(1000)));
        await _client.GetByteArrayAsync(new Uri(server.Support, (await PostAsync(server, customer, session, Form.With().File("small.txt", Text(1000)))).GetProperty("attachments")[0].GetProperty("file_url").GetString()));
        var before = server.PeakMemory;

        var form = Form.With(("content", "large"));
        for (var n = 0; n < 5; n++)
            form.File($"{n}.txt", new StreamContent(new LongText(Largest)));
        var sent = await PostAsync(server, customer, session, form);
        foreach (var file in sent.GetProperty("attachments").EnumerateArray())
        {
            await using var content = await _client.GetStreamAsync(new Uri(server.Support, file.GetProperty("file_url").GetString()));
            Assert.That(await SHA256.HashDataAsync(content), Is.EqualTo(await SHA256.HashDataAsync(new LongText(Largest))));
        }

        var grown = server.PeakMemory - before;
        TestContext.Out.WriteLine($"Peak memory grew by {grown / 1024} KB for 50 MB in and out");
        Assert.That(grown, Is.LessThan(2 * Largest));
        Assert.That(Kept(server.Files).Sum(file => file.Length), Is.EqualTo(5L * Largest + 2000));
    }

    [Test]
    public async Task What_a_killed_server_had_half_received_is_gone_after_the_sweep()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = await ServerProcess.StartAsync(database);
        await using var customer = SupportParty.Customer(server.Support);
        var session = await customer.OpenAsync();
        var kept = await PostAsync(server, customer, session, Form.With().File("kept.txt", Text(1000)));
        var stuck = new StuckText(300_000);
        var uploading = PostAsync(server, customer, session, Form.With().File("first.txt", Text(1000)).File("half.txt", new StreamContent(stuck)));
        await Eventually.GetAsync(() => Task.FromResult(Kept(server.Files).Length), count => count == 3, "the second file is coming in");

        await server.KillAsync();
        stuck.GoOn();
        Assert.That(async () => await uploading, Throws.InstanceOf<HttpRequestException>());

        await using var store = TestStore.Over(database);
        var time = new ManualTime();
        time.Advance(DateTimeOffset.UtcNow.AddHours(25) - time.GetUtcNow());
        using var files = new AttachmentService(new DiskBlobStore(server.Files), new AttachmentRepository(store.Database, time), new UploadOptions(), time);
        Assert.That(await files.SweepAsync(CancellationToken.None), Is.EqualTo(1), "the first file, which was whole and in no message");
        Assert.That(Kept(server.Files).Select(file => $"/uploads/chat-attachments/{file.Name}"), Is.EqualTo([kept.GetProperty("attachments")[0].GetProperty("file_url").GetString()]));
        Assert.That(await store.ScalarAsync<long>("SELECT count(*) FROM attachments"), Is.EqualTo(1));
    }

    [Test]
    public async Task Files_go_to_S3_and_come_back()
    {
        await using var s3 = await S3Double.StartAsync();
        await using var server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync(), new Dictionary<string, string>
        {
            ["Storage__Kind"] = "s3",
            ["Storage__Endpoint"] = s3.Url,
            ["Storage__Bucket"] = S3Double.Bucket,
            ["Storage__AccessKey"] = S3Double.AccessKey,
            ["Storage__SecretKey"] = S3Double.SecretKey,
            ["Uploads__LinkMinutes"] = "5",
        });
        await using var customer = SupportParty.Customer(server.Support);
        var session = await customer.OpenAsync();

        var sent = await PostAsync(server, customer, session, Form.With().File("a.txt", Text(100_000)));

        Assert.That(s3.Objects, Has.Count.EqualTo(1));
        var url = new Uri(server.Support, sent.GetProperty("attachments")[0].GetProperty("file_url").GetString());
        using var answer = await _client.GetAsync(url);
        Assert.That((answer.StatusCode, answer.Content.Headers.ContentDisposition?.DispositionType), Is.EqualTo((HttpStatusCode.OK, "attachment")));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(Text(100_000)));
        using var unsigned = await _client.GetAsync(url.GetLeftPart(UriPartial.Path));
        Assert.That(unsigned.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

        s3.Failure = HttpStatusCode.InternalServerError;
        using var refused = await SendAsync(server, customer, session, Form.With().File("b.txt", Text(1000)));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await customer.DataAsync(HttpMethod.Get, $"/sessions/{session}/messages")).GetArrayLength(), Is.EqualTo(1));
        Assert.That(Kept(server.Files), Is.Empty);
    }

    private async Task<JsonElement> PostAsync(ServerProcess server, SupportParty customer, Guid session, Form form)
    {
        using var answer = await SendAsync(server, customer, session, form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), text);
        return JsonElement.Parse(text).GetProperty("data");
    }

    private async Task<HttpResponseMessage> SendAsync(ServerProcess server, SupportParty customer, Guid session, Form form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Support, $"/api/v1/chat/sessions/{session}/messages")) { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", customer.Token);
        return await _client.SendAsync(request);
    }

    private static byte[] Text(int length) => [.. Enumerable.Repeat((byte)'a', length)];

    private static FileInfo[] Kept(string folder) => new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories);
}
