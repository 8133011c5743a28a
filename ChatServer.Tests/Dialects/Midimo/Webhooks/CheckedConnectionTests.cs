using System.Net;
using ChatServer.Dialects.Midimo.Webhooks;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>Where a name may lead (reliability T23).</summary>
public sealed class CheckedConnectionTests
{
    private Receiver _receiver = null!;

    [SetUp]
    public async Task Start() => _receiver = await Receiver.StartAsync();

    [TearDown]
    public async Task Stop() => await _receiver.DisposeAsync();

    [TestCase("127.0.0.1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("::1")]
    [TestCase("10.0.0.1")]
    [TestCase("169.254.169.254")]
    public async Task A_name_that_leads_inside_is_not_connected_to(string address)
    {
        var answer = await SendAsync(new WebhookOptions(), _ => [IPAddress.Parse(address)]);
        Assert.That(answer.Verdict, Is.EqualTo(WebhookVerdict.Failed));
        Assert.That(answer.Reason, Does.StartWith("the name leads to no address that may be sent to"));
        Assert.That(_receiver.Deliveries, Is.Empty);
    }

    [Test]
    public async Task A_name_that_is_nowhere_is_a_failure()
    {
        var answer = await SendAsync(new WebhookOptions(), _ => []);
        Assert.That(answer.Verdict, Is.EqualTo(WebhookVerdict.Failed));
    }

    [Test]
    public async Task What_was_checked_is_what_is_connected_to_and_the_name_is_asked_for_once()
    {
        var asked = 0;
        // The second answer would lead elsewhere, as a name does that is changed behind the check.
        var answer = await SendAsync(new WebhookOptions { AllowNetworks = "127.0.0.1/32" }, _ => ++asked == 1
            ? [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("::1"), IPAddress.Loopback]
            : throw new AssertionException("resolved a second time"));
        Assert.That(answer.Verdict, Is.EqualTo(WebhookVerdict.Delivered), answer.Reason);
        Assert.That(_receiver.Deliveries.Single().Headers["Host"], Is.EqualTo($"receiver.example.com:{_receiver.Url.Port}"));
        Assert.That(asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_proxy_of_the_environment_is_not_asked()
    {
        await using var proxy = await Receiver.StartAsync();
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Url);
        try
        {
            var answer = await SendAsync(new WebhookOptions { AllowPrivate = true }, _ => [IPAddress.Loopback]);
            Assert.That(answer.Verdict, Is.EqualTo(WebhookVerdict.Delivered));
            Assert.That((proxy.Deliveries.Count, _receiver.Deliveries.Count), Is.EqualTo((0, 1)));
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    private async Task<WebhookAnswer> SendAsync(WebhookOptions options, Func<string, IPAddress[]> resolve)
    {
        options.Url = $"http://receiver.example.com:{_receiver.Url.Port}/";
        options.Secret = WebhookScene.Secret;
        using var client = new WebhookClient(options, new CheckedConnection(options, (host, _) => Task.FromResult(resolve(host))), TimeProvider.System);
        return await client.SendAsync("""{"event_type":"x","data":{},"id":"evt_1","created_at":0}"""u8.ToArray(), "x", "evt_1", default);
    }
}
