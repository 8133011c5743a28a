using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Web;

/// <summary>Who is not let in, and what is not understood.</summary>
public sealed class ThreadsApiRefusalTests
{
    private WebParty _customer = null!;
    private string _thread = "";

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _customer = WebParty.User("customer");
        _thread = await _customer.OpenAsync();
    }

    [OneTimeTearDown]
    public void TearDown() => _customer.Dispose();

    [TestCase("none")]
    [TestCase("garbage")]
    [TestCase("wrong key")]
    [TestCase("expired")]
    [TestCase("wrong audience")]
    public async Task Without_a_good_token_nobody_gets_in(string which)
    {
        var claims = new Dictionary<string, object> { ["sub"] = _customer.Name, ["aud"] = which is "wrong audience" ? "other" : "midimo_chat" };
        var token = which switch
        {
            "none" => "",
            "garbage" => "a.b.c",
            "wrong key" => Tokens.Sign(claims, TimeSpan.FromHours(1), "another-secret-that-is-long-enough-for-hs256"),
            "expired" => Tokens.Sign(claims, TimeSpan.FromHours(-1)),
            _ => Tokens.Sign(claims, TimeSpan.FromHours(1)),
        };
        var answer = await _customer.SendAsync(HttpMethod.Get, "", token: token);
        Assert.That(((int)answer.Status, answer.Body), Is.EqualTo((401, """{"error":{"code":"unauthorized","message":"Unauthorized"}}""")));
    }

    [Test]
    public async Task A_foreign_thread_is_forbidden_and_one_that_is_not_there_is_not_found()
    {
        using var stranger = WebParty.User("stranger");
        foreach (var (id, status, code) in new[] { (_thread, 403, "forbidden"), (Guid.NewGuid().ToString(), 404, "not_found"), ("5", 404, "not_found") })
        {
            foreach (var asked in new[] { stranger.GetAsync($"/{id}"), stranger.GetAsync($"/{id}/messages"), stranger.PostAsync($"/{id}/messages", new { content = "hello" }), stranger.PostAsync($"/{id}/read", null) })
            {
                var answer = await asked;
                Assert.That(((int)answer.Status, Code(answer)), Is.EqualTo((status, code)), answer.Body);
            }
        }
    }

    [Test]
    public async Task A_user_cannot_act_for_another()
    {
        var answer = await _customer.PostAsync($"/{_thread}/messages", new { user_id = "somebody_else", content = "hello" });
        Assert.That(((int)answer.Status, Code(answer)), Is.EqualTo((403, "forbidden")));
        Assert.That((int)(await _customer.GetAsync("?user_id=somebody_else")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_tokens_scope_is_kept()
    {
        using var reader = WebParty.Named(_customer.Name, null, "chat.read");
        Assert.That((int)(await reader.GetAsync($"/{_thread}")).Status, Is.EqualTo(200));
        Assert.That((int)(await reader.PostAsync($"/{_thread}/messages", new { content = "hello" })).Status, Is.EqualTo(403));
    }

    [TestCase("GET", "?limit=many", 400)]
    [TestCase("GET", "?page_token=1.x", 400)]
    [TestCase("GET", "/THREAD/messages?before_id=5", 400)]
    [TestCase("GET", "/THREAD/messages?limit=2147483648", 400)]
    [TestCase("GET", "/THREAD/nothing", 404)]
    [TestCase("PUT", "/THREAD", 404)]
    [TestCase("POST", "/THREAD/messages", 415)]
    public async Task What_is_asked_for_wrongly_is_answered_in_this_dialects_words(string method, string path, int status)
    {
        var answer = await _customer.SendAsync(new HttpMethod(method), path.Replace("THREAD", _thread, StringComparison.Ordinal));
        Assert.That((int)answer.Status, Is.EqualTo(status), answer.Body);
        Assert.That(answer.Json.GetProperty("error").GetProperty("message").GetString(), Is.Not.Empty);
    }

    [TestCase("", "invalid")]
    [TestCase("null", "invalid")]
    [TestCase("[]", "invalid")]
    [TestCase("""{"content":5}""", "invalid")]
    [TestCase("""{"content":"  "}""", "invalid")]
    [TestCase("""{}""", "invalid")]
    [TestCase("""{"content":"hello","attachment_ids":["5"]}""", "invalid")]
    [TestCase("""{"content":"hello","attachment_ids":[null]}""", "invalid")]
    [TestCase("""{"content":"hello","attachment_ids":"x"}""", "invalid")]
    public async Task A_bad_body_is_refused_and_nothing_is_stored(string body, string code)
    {
        var answer = await _customer.SendAsync(HttpMethod.Post, $"/{_thread}/messages", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.That(((int)answer.Status, Code(answer)), Is.EqualTo((400, code)), answer.Body);
        Assert.That((await WebParty.OkAsync(_customer.GetAsync($"/{_thread}/messages"))).GetProperty("data").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_body_that_is_too_long_is_refused()
    {
        var answer = await _customer.SendAsync(HttpMethod.Post, $"/{_thread}/messages", JsonContent.Create(new { content = new string('x', 1_100_000) }));
        Assert.That(((int)answer.Status, Code(answer)), Is.EqualTo((413, "too_large")));
    }

    [Test]
    public async Task A_user_whom_nobody_knows_takes_part_only_where_a_service_says_so()
    {
        var answer = await _customer.PostAsync("", new { title = "t", participants = new[] { $"nobody_{Guid.NewGuid():N}" } });
        Assert.That(((int)answer.Status, Code(answer)), Is.EqualTo((400, "invalid")));
    }

    [Test]
    public async Task Its_description_names_every_path()
    {
        using var client = new HttpClient { BaseAddress = WebServer.Current.MidimoWeb };
        var document = JsonElement.Parse(await client.GetStringAsync("/openapi/midimo.json"));
        Assert.That(document.GetProperty("paths").EnumerateObject().Select(path => path.Name), Is.EquivalentTo(new[]
        {
            WebParty.Path, $"{WebParty.Path}/{{id}}", $"{WebParty.Path}/{{id}}/messages", $"{WebParty.Path}/{{id}}/participants",
            $"{WebParty.Path}/{{id}}/participants/{{participant}}", $"{WebParty.Path}/{{id}}/read",
        }));
        Assert.That(await client.GetStringAsync("/protos/chat.proto"), Does.Contain("service ChatService"));
    }

    private static string? Code(RestAnswer answer) => answer.Json.GetProperty("error").GetProperty("code").GetString();
}
