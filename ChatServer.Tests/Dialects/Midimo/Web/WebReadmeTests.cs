using ChatServer.Tests.Clients;

namespace ChatServer.Tests.Dialects.Midimo.Web;

/// <summary>What README.md tells people to paste does what it says, with the tokens that it tells them to make.</summary>
public sealed class WebReadmeTests
{
    [Test]
    public async Task Midimos_calls_by_hand_work_one_after_another()
    {
        var said = await ReadmeTests.RunAsync(ReadmeTests.BashAfter("### Midimo's REST"), "http://localhost:8082", WebServer.Current.MidimoWeb);

        Assert.That(said, Does.Contain("\"content\":\"Where is my order?\"").And.Contain("\"unread_count\":1").And.Contain("{\"success\":true,\"marked\":1}"));
        Assert.That(said, Does.Contain("\"participants\":[\"customer_123\"]").And.Contain("\"participants\":[\"customer_123\",\"agent_7\"]"));
    }

    [Test]
    public async Task A_page_of_a_listed_origin_may_use_rest_and_socket_and_no_other_page_may()
    {
        await using var server = await WebServer.StartAsync(("Cors__Origins", "https://app.example.com,https://desk.example.com"), ("Cors__RefuseOthers", "true"));
        using var user = WebParty.User("customer", server);
        using var client = new HttpClient { BaseAddress = server.MidimoWeb };
        foreach (var (origin, allowed, status) in new[] { ("https://app.example.com", "https://app.example.com", 101), ("https://other.example.com", null, 403) })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, WebParty.Path);
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "POST");
            using var answer = await client.SendAsync(preflight);
            Assert.That(answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null, Is.EqualTo(allowed));
            Assert.That(await Hotel.HandshakeRefused.OfAsync(() => Hotel.HotelSocket.ConnectAsync(server.MidimoWeb, $"/ws?token={user.Token}", origin: origin)), Is.EqualTo(status));
        }
    }
}
