using System.Net;
using System.Text;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Directory;
using ChatServer.Operations;
using ChatServer.Tests.Identity;
using ChatServer.Tests.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Operations;

/// <summary>The operator's port on a real Kestrel: health, readiness, the directory.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OperatorsPortTests : IAsyncDisposable
{
    private readonly InMemoryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Forge.Now);
    private StorePing _ping = _ => Task.FromResult(true);
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private string? _beforeStart;

    private static string Operator => Forge.Token(Forge.Payload(more: """  "sub":"ops","role":"admin" """));

    [SetUp]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddConfiguration(TestIdentity.Settings(("Consult:JwtSecret", "the-consult-application-signs-with-this-one")));
        TestIdentity.AddTo(builder.Services, new InMemoryUsers(), _time);
        builder.Services.AddSingleton<IDirectoryRepository>(_directory);
        builder.Services.AddSection<DirectoryOptions>(DirectoryOptions.Section);
        builder.Services.AddOperations(_ => cancellation => _ping(cancellation));
        _app = builder.Build();
        _app.MapOperations();
        _beforeStart = await _app.Services.GetRequiredService<Readiness>().ProblemAsync(CancellationToken.None);
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<(int Status, JsonElement Body)> PutAsync(HttpContent content, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/admin/directory") { Content = content };
        // A client that does not wait may be refused in the middle of its own writing, and see no answer.
        request.Headers.ExpectContinue = content.Headers.ContentLength > 1_000_000;
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private Task<(int Status, JsonElement Body)> PutAsync(string json, string? token = null) =>
        PutAsync(new StringContent(json, Encoding.UTF8, "application/json"), token ?? Operator);

    private static void CheckRefusal((int Status, JsonElement Body) answer, int status, params string[] paths)
    {
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Body.GetProperty("error").GetString(), Is.Not.Empty);
        Assert.That(answer.Body.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("path").GetString()), Is.EqualTo(paths));
        Assert.That(answer.Body.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("message").GetString()), Has.None.Empty);
    }

    [Test]
    public async Task A_running_process_is_healthy() => Assert.That(await GetAsync("/healthz"), Is.EqualTo((200, "ok")));

    [Test]
    public async Task A_started_server_with_a_store_is_ready() => Assert.That(await GetAsync("/readyz"), Is.EqualTo((200, """{"ready":true}""")));

    [Test]
    public async Task A_store_that_says_no_or_fails_makes_it_unready_with_a_reason()
    {
        const string expected = """{"ready":false,"reason":"the database does not answer"}""";
        _ping = _ => Task.FromResult(false);
        Assert.That(await GetAsync("/readyz"), Is.EqualTo((503, expected)));
        _ping = _ => throw new UnavailableException(ChatError.DbUnavailable);
        Assert.That(await GetAsync("/readyz"), Is.EqualTo((503, expected)));
        Assert.That(await GetAsync("/healthz"), Is.EqualTo((200, "ok")));
    }

    [Test]
    public async Task A_store_that_hangs_is_waited_for_two_seconds()
    {
        var asked = new TaskCompletionSource();
        _ping = _ =>
        {
            asked.SetResult();
            return new TaskCompletionSource<bool>().Task;
        };
        var answer = GetAsync("/readyz");
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.That(answer.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That((await answer).Status, Is.EqualTo(503));
    }

    [Test]
    public void A_server_that_has_not_started_is_unready() => Assert.That(_beforeStart, Is.EqualTo("starting"));

    [Test]
    public async Task A_stopping_server_is_unready()
    {
        var readiness = _app.Services.GetRequiredService<Readiness>();
        Assert.That(await readiness.ProblemAsync(CancellationToken.None), Is.Null);
        _app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.That(await readiness.ProblemAsync(CancellationToken.None), Is.EqualTo("stopping"));
    }

    [Test]
    public async Task A_good_document_is_taken_and_counted()
    {
        var (status, body) = await PutAsync("""{"users":[{"id":1,"role":"staff"},{"id":2,"role":"customer"}],"hotels":[{"id":1,"name":"A"}]}""");
        Assert.That(status, Is.EqualTo(200));
        Assert.That(body.GetRawText(), Is.EqualTo("""{"users":2,"hotels":1,"departments":0,"members":0,"guests":0,"stays":0}"""));
        Assert.That(_directory.Imported!.Users, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Without_a_valid_token_nobody_comes_in()
    {
        foreach (var token in new[]
        {
            null, "", "garbage", Forge.Token(Forge.Payload(-60, """  "sub":"ops","role":"admin" """)), Forge.Token(Forge.Payload(more: """  "role":"admin" """)),
            Forge.Token(Forge.Payload(more: """  "sub":"ops","role":"admin" """), secret: "the-consult-application-signs-with-this-one"),
        })
            CheckRefusal(await PutAsync(new StringContent("{}", Encoding.UTF8, "application/json"), token), 401);
        Assert.That(_directory.Imported, Is.Null);
    }

    [TestCase("\"role\":\"staff\"")]
    [TestCase("\"role\":\"ADMIN\"")]
    [TestCase("\"role\":[\"admin\"]")]
    [TestCase("\"roles\":\"admin\"")]
    public async Task Another_role_is_forbidden(string role)
    {
        CheckRefusal(await PutAsync("{}", Forge.Token(Forge.Payload(more: $"\"sub\":\"ops\",{role}"))), 403);
        Assert.That(_directory.Imported, Is.Null);
    }

    [Test]
    public async Task A_bad_document_is_refused_with_every_problem() =>
        CheckRefusal(await PutAsync("""{"users":[{"id":1,"role":"boss"},{"role":"staff"}],"hotels":[{"id":1}]}"""), 400, "users[0].role", "users[1]", "hotels[0].name");

    [TestCase("")]
    [TestCase("not json")]
    [TestCase("[]")]
    public async Task What_is_no_document_is_refused(string json) => CheckRefusal(await PutAsync(json), 400, "");

    [Test]
    public async Task What_contradicts_the_store_is_refused_in_the_same_way()
    {
        _directory.Problems = [new DirectoryProblem("members[0].userId", "there is no user 7")];
        CheckRefusal(await PutAsync("""{"members":[{"departmentId":1,"userId":7}]}"""), 400, "members[0].userId");
    }

    [Test]
    public async Task A_store_that_is_down_is_told_as_such()
    {
        _directory.Down = true;
        CheckRefusal(await PutAsync("{}"), 503);
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task Another_media_type_is_refused(string type) =>
        CheckRefusal(await PutAsync(new StringContent("{}", Encoding.UTF8, type), Operator), 415);

    [Test]
    public async Task A_body_without_a_media_type_is_refused() => CheckRefusal(await PutAsync(new ByteArrayContent([.. "{}"u8]), Operator), 415);

    [Test]
    public async Task A_document_may_be_larger_than_an_ordinary_request()
    {
        var users = string.Join(',', Enumerable.Range(1, 150_000).Select(id =>
            $$"""{"id":{{id}},"role":"customer","userName":"user{{id}}","fullName":"{{new string('x', 190)}}"}"""));
        var json = $$"""{"users":[{{users}}]}""";
        Assert.That(json, Has.Length.InRange(30_000_001, DirectoryReader.MaxBytes));
        Assert.That((await PutAsync(json)).Body.GetProperty("users").GetInt32(), Is.EqualTo(150_000));
    }

    [Test]
    public async Task A_document_over_64_MB_is_refused_with_or_without_its_length_told()
    {
        CheckRefusal(await PutAsync(new BlankContent(DirectoryReader.MaxBytes + 1, tellsLength: true), Operator), 413);
        CheckRefusal(await PutAsync(new BlankContent(DirectoryReader.MaxBytes + 1, tellsLength: false), Operator), 413);
        Assert.That(_directory.Imported, Is.Null);
    }

    /// <summary>A body of blanks, which JSON allows in front of a document.</summary>
    private sealed class BlankContent : HttpContent
    {
        private readonly long _length;
        private readonly bool _tellsLength;

        public BlankContent(long length, bool tellsLength)
        {
            (_length, _tellsLength) = (length, tellsLength);
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var blanks = new byte[64 * 1024];
            Array.Fill(blanks, (byte)' ');
            for (var left = _length; left > 0; left -= blanks.Length)
                await stream.WriteAsync(blanks.AsMemory(0, (int)Math.Min(left, blanks.Length)));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return _tellsLength;
        }
    }
}
