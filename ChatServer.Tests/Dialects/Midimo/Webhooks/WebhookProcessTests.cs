using System.Diagnostics;
using ChatServer.Tests.Data;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>The real server, as an operator starts it, between real clients and a receiver that is well or not.</summary>
public sealed class WebhookProcessTests : StoreTests
{
    private Receiver _receiver = null!;

    [SetUp]
    public async Task StartReceiver() => _receiver = await Receiver.StartAsync();

    [TearDown]
    public async Task StopReceiver() => await _receiver.DisposeAsync();

    [Test]
    public async Task A_receiver_that_says_nothing_costs_those_who_chat_nothing()
    {
        await using var server = await ServerProcess.StartAsync(Store.ConnectionString, Settings());
        await using var customer = SupportParty.Customer(server.Support);
        var session = await customer.OpenAsync();
        var calm = await MeasureAsync(customer, session);
        _receiver.Always = Receiver.HangAsync;
        var during = await MeasureAsync(customer, session);
        TestContext.Out.WriteLine($"median of a message: {calm.TotalMilliseconds:F1} ms, with a silent receiver {during.TotalMilliseconds:F1} ms");
        Assert.That(during, Is.LessThan((calm * 3) + TimeSpan.FromMilliseconds(20)));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM outbox"), Is.GreaterThanOrEqualTo(100), "and none of it was delivered");
    }

    [Test]
    public async Task What_a_killed_server_was_delivering_is_delivered_by_the_next()
    {
        _receiver.Always = Receiver.HangAsync;
        await using (var killed = await ServerProcess.StartAsync(Store.ConnectionString, Settings()))
        {
            await using var customer = SupportParty.Customer(killed.Support);
            var session = await customer.OpenAsync();
            foreach (var text in new[] { "one", "two" })
                await customer.DataAsync(HttpMethod.Post, $"/sessions/{session}/messages", new { content = text });
            await Eventually.GetAsync(() => Task.FromResult(_receiver.Deliveries.Count), count => count > 0, "a delivery was under way");
            await killed.KillAsync();
        }
        _receiver.Always = null;
        await Store.ExecuteAsync("UPDATE outbox SET due_at = now()"); // As if the leases were over.
        await using var next = await ServerProcess.StartAsync(Store.ConnectionString, Settings());
        await Eventually.GetAsync(() => Store.ScalarAsync<long>("SELECT count(*) FROM outbox"), count => count == 0, "everything was delivered");
        Assert.That(_receiver.Deliveries.Where(one => one.Type == "message.created").Select(one => one.Data.GetProperty("content").GetString()).Distinct(), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(_receiver.Deliveries.Select(one => (one.Id, one.Type)).Distinct(), Has.Exactly(3).Items, "the same ids as before");

        using var client = new HttpClient { BaseAddress = next.Admin };
        var metrics = await Eventually.GetAsync(() => client.GetStringAsync("/metrics"), text => text.Contains("chatserver_webhooks_waiting 0"), "the metrics had it");
        Assert.That(metrics, Does.Contain("chatserver_webhooks_delivered_total 3\n").And.Contain("chatserver_webhooks_deadletters 0\n"));
        Assert.That(next.Transcript, Does.Contain("Webhooks are sent to 127.0.0.1:").And.Not.Contain(WebhookScene.Secret));
        Assert.That(await next.StopAsync(), Is.Zero);
    }

    [Test]
    public async Task An_address_with_a_password_stops_the_start_and_is_not_repeated()
    {
        var settings = new Dictionary<string, string>(ServerProcess.Secrets)
        {
            ["Midimo__Webhooks__Url"] = "https://name:open-sesame@hooks.example.com/",
            ["Midimo__Webhooks__Secret"] = WebhookScene.Secret,
        };
        await using var server = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "ChatServer.dll")], settings);
        Assert.That(await server.WaitForExitAsync(), Is.EqualTo(1));
        Assert.That(server.Transcript, Does.Contain("configuration: Midimo:Webhooks:Url: must not hold a name or password").And.Not.Contain("open-sesame"));
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["Midimo__Webhooks__Url"] = new Uri(_receiver.Url, "/hooks").ToString(),
        ["Midimo__Webhooks__Secret"] = WebhookScene.Secret,
        ["Midimo__Webhooks__Ports"] = $"{_receiver.Url.Port}",
        ["Midimo__Webhooks__AllowPrivate"] = "true",
        ["Midimo__Webhooks__PollSeconds"] = "1",
        ["RateLimit__PerMinute"] = "0",
    };

    /// <summary>The median of a hundred messages, each sent when the one before it was confirmed.</summary>
    private static async Task<TimeSpan> MeasureAsync(SupportParty customer, Guid session)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < 100; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await customer.DataAsync(HttpMethod.Post, $"/sessions/{session}/messages", new { content = $"message {i}" });
            times.Add(Stopwatch.GetElapsedTime(start));
        }
        return times.Order().ElementAt(times.Count / 2);
    }
}
