using System.Text.Json;
using ChatServer.Tests.Dialects.Hotel;
using ChatServer.Tests.Support;
using static ChatServer.Tests.Dialects.Midimo.Web.DirectSocketTests;

namespace ChatServer.Tests.Dialects.Midimo.Web;

/// <summary>Who may not connect, and frames that cannot be done; the socket lives on.</summary>
public sealed class DirectSocketRefusalTests
{
    private WebParty _customer = null!;

    [SetUp]
    public void SetUp() => _customer = WebParty.User("customer");

    [TearDown]
    public void TearDown() => _customer.Dispose();

    [TestCase("", 401)]
    [TestCase("?token=a.b.c", 401)]
    [TestCase("?token=EXPIRED", 401)]
    [TestCase("?token=SERVICE", 403)]
    [TestCase("?token=WRITER", 403)]
    public async Task Whoever_may_not_hear_is_refused_before_anything_is_accepted(string query, int status)
    {
        using var service = WebParty.Service();
        using var writer = WebParty.Named(_customer.Name, null, "chat.write");
        var path = query
            .Replace("EXPIRED", Tokens.Sign(new Dictionary<string, object> { ["sub"] = "x", ["aud"] = "midimo_chat" }, TimeSpan.FromHours(-1)), StringComparison.Ordinal)
            .Replace("SERVICE", service.Token, StringComparison.Ordinal)
            .Replace("WRITER", writer.Token, StringComparison.Ordinal);
        Assert.That(await HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(WebServer.Current.MidimoWeb, $"/ws{path}")), Is.EqualTo(status));
    }

    [Test]
    public async Task What_is_no_websocket_is_told_to_become_one()
    {
        using var client = new HttpClient { BaseAddress = WebServer.Current.MidimoWeb };
        using var answer = await client.GetAsync("/ws");
        Assert.That((int)answer.StatusCode, Is.EqualTo(426));
    }

    [TestCase("no JSON", "invalid")]
    [TestCase("[]", "invalid")]
    [TestCase("null", "invalid")]
    [TestCase("{}", "invalid")]
    [TestCase("""{"type":5,"data":{}}""", "invalid")]
    [TestCase("""{"type":"shout","data":{}}""", "invalid")]
    [TestCase("""{"type":"shout","data":{"client_id":"\ud800"}}""", "invalid")]
    [TestCase("""{"type":"message","data":{"thread_id":"THREAD","content":"\ud800","client_id":"\ud800"}}""", "invalid")]
    [TestCase("""{"type":"message"}""", "invalid")]
    [TestCase("""{"type":"message","data":null}""", "invalid")]
    [TestCase("""{"type":"message","data":[]}""", "invalid")]
    [TestCase("""{"type":"message","data":{"content":"hello"}}""", "invalid")]
    [TestCase("""{"type":"message","data":{"thread_id":"5","content":"hello"}}""", "not_found")]
    [TestCase("""{"type":"message","data":{"thread_id":"THREAD","content":" "}}""", "invalid")]
    [TestCase("""{"type":"message","data":{"thread_id":"THREAD","content":"hello","attachment_ids":["5"]}}""", "invalid")]
    [TestCase("""{"type":"message","data":{"thread_id":"FOREIGN","content":"hello"}}""", "forbidden")]
    [TestCase("""{"type":"typing","data":{"thread_id":"FOREIGN","is_typing":true}}""", "forbidden")]
    [TestCase("""{"type":"read","data":{"thread_id":"FOREIGN"}}""", "forbidden")]
    [TestCase("""{"type":"typing","data":{"thread_id":"THREAD","is_typing":"yes"}}""", "invalid")]
    public async Task A_bad_frame_is_answered_by_an_error_and_the_socket_goes_on(string frame, string code)
    {
        using var stranger = WebParty.User("stranger");
        var (own, foreign) = (await _customer.OpenAsync(), await stranger.OpenAsync());
        await using var socket = await _customer.ConnectAsync();
        await socket.SendTextAsync(frame.Replace("THREAD", own, StringComparison.Ordinal).Replace("FOREIGN", foreign, StringComparison.Ordinal));
        var error = (await socket.WaitAsync("error")).GetProperty("data");
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo(code), error.ToString());
        Assert.That(error.GetProperty("message").GetString(), Is.Not.Empty);
        await SettleAsync(socket);
        foreach (var (party, thread) in new[] { (_customer, own), (stranger, foreign) })
            Assert.That((await WebParty.OkAsync(party.GetAsync($"/{thread}/messages"))).GetProperty("data").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task An_error_names_the_message_it_is_about()
    {
        await using var socket = await _customer.ConnectAsync();
        await socket.SendAsync(Frame("message", new { thread_id = Guid.NewGuid(), content = "hello", client_id = "c7" }));
        Assert.That((await socket.WaitAsync("error")).GetProperty("data").ToString(), Is.EqualTo("""{"code":"not_found","message":"Thread not found","client_id":"c7"}"""));
    }

    [Test]
    public async Task A_token_that_may_only_read_hears_and_says_nothing()
    {
        var thread = await _customer.OpenAsync();
        using var reader = WebParty.Named(_customer.Name, null, "chat.read");
        await using var socket = await reader.ConnectAsync();
        await socket.SendAsync(Frame("message", new { thread_id = thread, content = "hello" }));
        Assert.That((await socket.WaitAsync("error")).GetProperty("data").GetProperty("code").GetString(), Is.EqualTo("forbidden"));
        await WebParty.OkAsync(_customer.PostAsync($"/{thread}/messages", new { content = "heard" }));
        await socket.MessageAsync("heard");
    }

    [Test]
    public async Task A_stop_tells_every_client_that_another_server_comes()
    {
        await using var server = await WebServer.StartAsync();
        using var user = WebParty.User("customer", server);
        await using var socket = await user.ConnectAsync();
        await SettleAsync(socket);
        Assert.That(await server.StopAsync(), Is.Zero);
        Assert.That(await socket.WaitForCloseAsync(), Is.EqualTo(1012));
    }

    [Test]
    public async Task A_client_that_sends_too_fast_or_too_much_is_closed_and_one_too_many_is_refused()
    {
        await using var server = await WebServer.StartAsync(
            ("Midimo__Web__FrameBurst", "5"), ("Midimo__Web__FramesPerSecond", "1"), ("Midimo__Web__MaxMessageBytes", "1000"), ("Midimo__Web__MaxSockets", "2"));
        using var user = WebParty.User("customer", server);
        await using var fast = await user.ConnectAsync();
        await using var large = await user.ConnectAsync();
        await SettleAsync(fast);
        Assert.That(await HandshakeRefused.OfAsync(user.ConnectAsync), Is.EqualTo(503));
        for (var i = 0; i < 20; i++)
            await fast.SendAsync("""{"type":"ping"}""");
        Assert.That(await fast.WaitForCloseAsync(), Is.EqualTo(1008));
        Assert.That(fast.Frames[^1].GetProperty("data").GetProperty("code").GetString(), Is.EqualTo("RATE_LIMITED"));
        await large.SendTextAsync(JsonSerializer.Serialize(new { type = "ping", data = new string('x', 2000) }));
        Assert.That(await large.WaitForCloseAsync(), Is.EqualTo(1009));
    }
}
