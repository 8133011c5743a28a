using System.Net;
using System.Text.RegularExpressions;
using ChatServer.Dialects.Demo;
using ChatServer.Tests.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ChatServer.Tests.Dialects.Demo;

/// <summary>The demo pages as they go out: where they are, what they may do, and that they lack nothing.</summary>
public sealed partial class DemoPagesTests
{
    [TestCase("/demo/consult", "text/html")]
    [TestCase("/demo/consult/consult.js", "text/javascript")]
    [TestCase("/demo/restaurant", "text/html")]
    [TestCase("/demo/restaurant/staff", "text/html")]
    [TestCase("/demo/support/side", "text/html")]
    [TestCase("/demo/support/ChatClient.js", "text/javascript")]
    [TestCase("/demo/demo.css", "text/css")]
    public async Task A_file_is_served_with_its_type_and_a_policy(string path, string type)
    {
        await using var demo = await StartAsync("Consult", "Restaurant", "Support");
        using var answer = await GetAsync(demo, path);
        Assert.That((answer.StatusCode, answer.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, type)));
        Assert.That(Policy(answer), Does.StartWith("default-src 'none'").And.Not.Contain("unsafe-inline").And.Not.Contain("*"));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [TestCase("/demo/consult/index")]
    [TestCase("/demo/consult/../restaurant/staff")]
    [TestCase("/demo/consult/demo.css")]
    [TestCase("/demo/restaurant")]
    [TestCase("/demo")]
    public async Task Nothing_else_is(string path)
    {
        await using var demo = await StartAsync("Consult");
        using var answer = await GetAsync(demo, path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task All_that_a_page_loads_is_on_the_same_server()
    {
        await using var demo = await StartAsync("Consult", "Restaurant", "Hotel", "Support", "MidimoWeb");
        foreach (var page in new[] { "/demo/midimoweb", "/demo/midimoweb/side", "/demo/hotel", "/demo/hotel/desk", "/demo/hotel/guest", "/demo/consult", "/demo/restaurant", "/demo/restaurant/customer", "/demo/restaurant/staff", "/demo/restaurant/document", "/demo/support", "/demo/support/side" })
        {
            using var answer = await GetAsync(demo, page);
            foreach (var address in Addresses.Matches(await answer.Content.ReadAsStringAsync()).Select(match => match.Groups[1].Value))
            {
                Assert.That(address, Does.StartWith("/demo/").Or.StartWith("/socket.io/"), page);
                using var loaded = await GetAsync(demo, address);
                Assert.That(loaded.StatusCode, Is.EqualTo(address.StartsWith("/demo/", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.NotFound), address);
            }
        }
    }

    [Test]
    public void A_script_inside_a_page_is_allowed_by_its_hash_alone()
    {
        var policy = DemoPolicy.For("""<script src="/a.js"></script><script>alert(1)</script><button class="a" onclick="go()">Go</button>""");

        // openssl dgst -sha256 -binary | base64, of "alert(1)" and of "go()"
        Assert.That(policy, Does.Contain(
            "script-src 'self' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=' 'unsafe-hashes' 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='; style-src 'self';"));
    }

    [Test]
    public void A_page_without_scripts_inside_needs_no_hash() =>
        Assert.That(DemoPolicy.For("""<script type="module" src="/a.js"></script><p>one="two"</p>"""), Does.Contain("script-src 'self'; "));

    [TestCase(DemoPresence.Development, true, false)]
    [TestCase(DemoPresence.Always, true, true)]
    [TestCase(DemoPresence.Never, false, false)]
    public void They_are_served_where_the_setting_says(DemoPresence pages, bool inDevelopment, bool inProduction)
    {
        var options = new DemoOptions { Pages = pages };
        Assert.That(
            (options.AreServedIn(new TestEnvironment("Development")), options.AreServedIn(new TestEnvironment("Production"))), Is.EqualTo((inDevelopment, inProduction)));
    }

    private static async Task<WebApplication> StartAsync(params string[] dialects)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.MapDemo(dialects);
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpResponseMessage> GetAsync(WebApplication demo, string path)
    {
        using var client = new HttpClient();
        return await client.GetAsync(new Uri(demo.Urls.Single() + path));
    }

    private static string Policy(HttpResponseMessage answer) => answer.Headers.GetValues("Content-Security-Policy").Single();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Addresses { get; }
}
