using System.Net;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients.Browser;

/// <summary>The demo pages in a real Chromium, two people at a time.</summary>
public sealed class DemoPageTests
{
    [Test]
    public async Task A_customer_and_a_staff_member_talk_on_the_consult_page()
    {
        var (customer, staff) = (Person.Customer(), Person.Staff());
        await using var run = BrowserRun.Start("consult-demo.mjs", DemoServer.Current.Consult, customer.Token, staff.Token, customer.UserName);
        await run.FinishAsync();

        var look = run.Did("look").Single();
        Assert.That(look.GetProperty("lines").EnumerateArray().Select(line => line.GetString()), Is.EqualTo(new[]
        {
            $"{customer.UserName}: Xin chào, tôi cần tư vấn 🐶",
            $"{staff.UserName}: <img src=x onerror=\"document.title='stolen'\"> Dạ, tôi nghe",
            $"{customer.UserName}: Cảm ơn bạn",
        }));
        Assert.That((look.GetProperty("title").GetString(), look.GetProperty("images").GetInt32()), Is.EqualTo(("Consult demo", 0)));
        Assert.That(Directory.EnumerateFiles(run.Folder, "*.png").Select(Path.GetFileName), Is.EquivalentTo(new[] { "consult-customer.png", "consult-staff.png" }));
    }

    [Test]
    public async Task A_page_may_load_from_its_own_server_alone()
    {
        await using var run = BrowserRun.Start("policy.mjs", DemoServer.Current.Consult);
        await run.FinishAsync();

        Assert.That(run.Did("refused").Select(what => what.GetProperty("directive").GetString()), Is.EquivalentTo(new[]
        {
            "script-src-elem", "script-src-attr", "connect-src", "img-src", "frame-src",
        }));
    }

    /// <summary>The harness's own promise, tried where it is hardest to keep.</summary>
    [Test]
    public async Task No_browser_outlives_a_scenario_that_crashes()
    {
        var run = BrowserRun.Start("policy.mjs", DemoServer.Current.Consult);
        await run.WaitUntilItDidAsync("launch");
        var id = run.Did("launch").Single().GetProperty("pid").GetInt32();
        Assert.That(Directory.Exists($"/proc/{id}"), Is.True);
        await run.CrashAsync();
        await run.DisposeAsync();

        Assert.That(Directory.Exists($"/proc/{id}"), Is.False);
    }

    [TestCase("Development", null, HttpStatusCode.OK)]
    [TestCase("Production", null, HttpStatusCode.NotFound)]
    [TestCase("Production", "Always", HttpStatusCode.OK)]
    [TestCase("Development", "Never", HttpStatusCode.NotFound)]
    public async Task They_are_there_in_development_unless_the_setting_says_otherwise(string environment, string? pages, HttpStatusCode expected)
    {
        var settings = new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = environment };
        if (pages is not null)
            settings["Demo__Pages"] = pages;
        await using var server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync(), settings);
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri(server.Consult, "/demo/consult"));
        Assert.That(answer.StatusCode, Is.EqualTo(expected));
        using var admin = await client.GetAsync(new Uri(server.Admin, "/demo/consult"));
        Assert.That(admin.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(server.Transcript.Contains("To try consult in a browser", StringComparison.Ordinal), Is.EqualTo(environment is "Development" && pages is null));
    }
}
