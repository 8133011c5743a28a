using System.Net;
using ChatServer.Listeners;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ChatServer.Tests.Listeners;

/// <summary>Whom the server takes a request to come from, where a proxy may stand in front.</summary>
public sealed class TrustedProxiesTests
{
    private const string Client = "203.0.113.7";

    [TestCase("", Client, "127.0.0.1 http", TestName = "With nobody trusted the header means nothing")]
    [TestCase("192.0.2.1", Client, "127.0.0.1 http", TestName = "Nor does it from a proxy that is not the trusted one")]
    [TestCase("127.0.0.1", Client, $"{Client} https", TestName = "A trusted address is believed")]
    [TestCase("192.0.2.1, 127.0.0.0/8", Client, $"{Client} https", TestName = "So is one of a trusted network")]
    [TestCase("127.0.0.1", $"198.51.100.9, {Client}", $"{Client} https", TestName = "What the client wrote itself is not")]
    [TestCase("127.0.0.1, 10.0.0.0/8", $"198.51.100.9, {Client}, 10.1.2.3", $"{Client} https", TestName = "A row of trusted proxies is followed to its end")]
    [TestCase("127.0.0.1", "2001:db8::7", "2001:db8::7 https", TestName = "A client may have the longer kind of address")]
    [TestCase("127.0.0.1", "nonsense", "127.0.0.1 http", TestName = "What is no address is passed over")]
    [TestCase("127.0.0.1", null, "127.0.0.1 http", TestName = "Without the header it is whoever connected")]
    public async Task The_client_is(string trusted, string? forwardedFor, string expected)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.UseTrustedProxies(trusted);
        app.Run(context => context.Response.WriteAsync($"{context.Connection.RemoteIpAddress} {context.Request.Scheme}"));
        await app.StartAsync();

        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, app.Urls.Single());
        if (forwardedFor is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
            request.Headers.Add("X-Forwarded-Proto", string.Join(", ", forwardedFor.Split(',').Select(_ => "https")));
        }
        using var answer = await client.SendAsync(request);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(expected));
    }

    [TestCase("", 0)]
    [TestCase("127.0.0.1,::1", 2)]
    [TestCase(" 10.0.0.0/8 , fd00::/8 ", 2)]
    public void Addresses_and_networks_are_read(string text, int count) =>
        Assert.That(TrustedProxies.TryParse(text, out var networks) ? networks.Count : -1, Is.EqualTo(count));

    [TestCase("127.0.0.1/33")]
    [TestCase("127.0.0.1, proxy")]
    [TestCase("*")]
    public void Anything_else_is_refused(string text) => Assert.That(TrustedProxies.TryParse(text, out _), Is.False);

    [Test]
    public void An_address_is_a_network_of_one()
    {
        Assert.That(TrustedProxies.TryParse("10.0.0.1", out var networks), Is.True);
        Assert.That((networks![0].Contains(IPAddress.Parse("10.0.0.1")), networks[0].Contains(IPAddress.Parse("10.0.0.2"))), Is.EqualTo((true, false)));
    }
}
