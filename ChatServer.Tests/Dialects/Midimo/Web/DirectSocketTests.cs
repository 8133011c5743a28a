using System.Text.Json;
using ChatServer.Tests.Dialects.Hotel;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Web;

/// <summary>The direct WebSocket on the real server: what a user hears, and what may be said there.</summary>
public sealed class DirectSocketTests
{
    private WebParty _customer = null!;
    private WebParty _agent = null!;
    private string _thread = "";

    [SetUp]
    public async Task SetUp()
    {
        (_customer, _agent) = (WebParty.User("customer"), WebParty.User("agent"));
        _thread = await _customer.OpenAsync(_agent);
    }

    [TearDown]
    public void TearDown()
    {
        _customer.Dispose();
        _agent.Dispose();
    }

    [Test]
    public async Task A_message_is_confirmed_to_its_sender_first_and_heard_by_all_who_take_part()
    {
        await using var both = await Both.ConnectAsync(_customer, _agent);
        var (mine, theirs) = both;
        await mine.SendAsync(Frame("message", new { thread_id = _thread, content = "Còn hàng không? 🚀", client_id = "c1" }));
        var ack = (await mine.WaitAsync("ack")).GetProperty("data");
        var heard = (await theirs.WaitAsync("message")).GetProperty("data");
        var own = (await mine.WaitAsync("message")).GetProperty("data");
        Assert.That(JsonElement.DeepEquals(heard, own), Is.True);
        Assert.That((heard.GetProperty("content").GetString(), heard.GetProperty("user_id").GetString(), heard.GetProperty("thread_id").GetString()), Is.EqualTo(("Còn hàng không? 🚀", _customer.Name, _thread)));
        var expected = $$"""{"thread_id":"{{_thread}}","client_id":"c1","message_id":"{{own.GetProperty("id").GetString()}}","seq":1,"created_at":{{own.GetProperty("created_at").GetInt64()}}}""";
        Assert.That(ack.ToString(), Is.EqualTo(expected));
        Assert.That(mine.Types.Where(type => type is "ack" or "message"), Is.EqualTo(new[] { "ack", "message" }));
        var stored = (await WebParty.OkAsync(_agent.GetAsync($"/{_thread}/messages"))).GetProperty("data")[0];
        Assert.That(JsonElement.DeepEquals(stored, heard), Is.True, "REST shows the same");
    }

    [Test]
    public async Task A_frame_sent_again_is_confirmed_again_and_heard_once()
    {
        await using var both = await Both.ConnectAsync(_customer, _agent);
        var (mine, theirs) = both;
        for (var i = 0; i < 2; i++)
            await mine.SendAsync(Frame("message", new { thread_id = _thread, content = "once", client_id = "c1" }));
        await mine.SendAsync(Frame("message", new { thread_id = _thread, content = "last" }));
        await theirs.MessageAsync("last");
        await mine.MessageAsync("last");
        Assert.That(theirs.Contents, Is.EqualTo(new[] { "once", "last" }));
        var acks = mine.Frames.Where(frame => frame.GetProperty("type").ValueEquals("ack")).Select(frame => frame.GetProperty("data").GetProperty("seq").GetInt32());
        Assert.That(acks, Is.EqualTo(new[] { 1, 1, 2 }));
    }

    [Test]
    public async Task What_is_said_over_rest_is_heard_too()
    {
        await using var theirs = await _agent.ConnectAsync();
        await SettleAsync(theirs);
        await WebParty.OkAsync(_customer.PostAsync($"/{_thread}/messages", new { content = "by REST" }));
        Assert.That((await theirs.MessageAsync("by REST")).GetProperty("seq").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Typing_is_heard_by_the_others_and_ends_with_the_message_or_the_socket()
    {
        await using var both = await Both.ConnectAsync(_customer, _agent);
        var (mine, theirs) = both;
        await mine.SendAsync(Frame("typing", new { thread_id = _thread, is_typing = true }));
        await Typing(theirs, _customer, true, 1);
        await mine.SendAsync(Frame("message", new { thread_id = _thread, content = "hello" }));
        await Typing(theirs, _customer, false, 1);
        await mine.SendAsync(Frame("typing", new { thread_id = _thread, is_typing = true }));
        await Typing(theirs, _customer, true, 2);
        await mine.DisposeAsync();
        await Typing(theirs, _customer, false, 2);
    }

    [Test]
    public async Task Reading_is_confirmed_and_counts()
    {
        await WebParty.OkAsync(_customer.PostAsync($"/{_thread}/messages", new { content = "hello" }));
        await using var theirs = await _agent.ConnectAsync();
        await theirs.SendAsync(Frame("read", new { thread_id = _thread, client_id = "r1" }));
        Assert.That((await theirs.WaitAsync("ack")).GetProperty("data").ToString(), Is.EqualTo($$"""{"thread_id":"{{_thread}}","client_id":"r1","marked":1}"""));
        Assert.That((await WebParty.OkAsync(_agent.GetAsync($"/{_thread}"))).GetProperty("unread_count").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task A_new_thread_and_who_takes_part_in_it_are_heard_and_after_it_nothing()
    {
        await using var theirs = await _agent.ConnectAsync();
        await SettleAsync(theirs);
        var made = await WebParty.OkAsync(_customer.PostAsync("", new { title = "New", participants = new[] { _agent.Name } }));
        var id = made.GetProperty("id").GetString();
        var heard = await theirs.WaitAsync("conversation", frame => frame.GetProperty("data").GetProperty("id").ValueEquals(id));
        Assert.That(JsonElement.DeepEquals(heard.GetProperty("data"), made), Is.True, $"{heard}\n{made}");
        await WebParty.OkAsync(_customer.SendAsync(HttpMethod.Delete, $"/{id}/participants/{_agent.Name}"));
        await theirs.WaitAsync("conversation", frame => frame.GetProperty("data").GetProperty("participants").GetArrayLength() == 1);
        await WebParty.OkAsync(_customer.PostAsync($"/{id}/messages", new { content = "gone" }));
        await WebParty.OkAsync(_customer.PostAsync($"/{_thread}/messages", new { content = "still here" }));
        await theirs.MessageAsync("still here");
        Assert.That(theirs.Contents, Is.EqualTo(new[] { "still here" }));
    }

    [Test]
    public async Task Who_takes_part_in_a_thread_is_heard_to_come_and_shown_as_there()
    {
        // Whom another user put into a thread is nobody's contact before they look.
        await WebParty.OkAsync(_customer.PostAsync($"/{_thread}/messages", new { content = "hello" }));
        await WebParty.OkAsync(_agent.PostAsync($"/{_thread}/read", new { }));
        await using var mine = await _customer.ConnectAsync();
        await using var theirs = await _agent.ConnectAsync();
        var there = await mine.WaitAsync("presence", frame => frame.GetProperty("data").GetProperty("user_id").ValueEquals(_agent.Name));
        Assert.That(there.GetProperty("data").GetProperty("status").GetString(), Is.EqualTo("ONLINE"));
        Assert.That(there.GetProperty("data").EnumerateObject().Select(field => field.Name), Is.EqualTo(new[] { "user_id", "status", "custom_status", "device", "last_active_at" }));
        var company = (await WebParty.OkAsync(_customer.GetAsync($"/{_thread}/participants"))).GetProperty("data");
        Assert.That(company.EnumerateArray().Select(one => one.GetProperty("presence_status").GetString()), Is.All.EqualTo("ONLINE"));
    }

    [Test]
    public async Task A_conversation_of_another_dialect_is_a_thread_to_whose_it_is()
    {
        await using var customer = SupportParty.Customer(WebServer.Current.Support);
        var session = await customer.OpenAsync();
        using var web = WebParty.Named(customer.Id.ToString());
        await using var socket = await web.ConnectAsync();
        await socket.SendAsync(Frame("message", new { thread_id = session, content = "from midimo" }));
        Assert.That((await socket.MessageAsync("from midimo")).GetProperty("user_id").GetString(), Is.EqualTo(customer.Id.ToString()));
        await customer.DataAsync(HttpMethod.Post, $"/sessions/{session}/messages", new { content = "from support" });
        Assert.That((await socket.MessageAsync("from support")).GetProperty("thread_id").GetGuid(), Is.EqualTo(session));
        var list = (await WebParty.OkAsync(web.GetAsync())).GetProperty("data")[0];
        Assert.That((list.GetProperty("id").GetGuid(), list.GetProperty("kind").GetString()), Is.EqualTo((session, "session")));
    }

    internal static string Frame(string type, object data) => JsonSerializer.Serialize(new { type, data });

    /// <summary>The server has let the socket in and answers: a ping comes back.</summary>
    internal static async Task SettleAsync(HotelSocket socket)
    {
        await socket.SendAsync("""{"type":"ping"}""");
        await socket.WaitAsync("pong");
    }

    private static Task<IReadOnlyList<JsonElement>> Typing(HotelSocket socket, WebParty by, bool isTyping, int times) => Eventually.GetAsync<IReadOnlyList<JsonElement>>(
        () => Task.FromResult<IReadOnlyList<JsonElement>>([.. socket.Frames.Where(frame => frame.GetProperty("type").ValueEquals("typing") &&
            frame.GetProperty("data").GetProperty("user_id").ValueEquals(by.Name) && frame.GetProperty("data").GetProperty("is_typing").GetBoolean() == isTyping)]),
        found => found.Count == times, $"typing was {isTyping} {times} times");

    /// <summary>Two sockets that are let in.</summary>
    private sealed record Both(HotelSocket Mine, HotelSocket Theirs) : IAsyncDisposable
    {
        public static async Task<Both> ConnectAsync(WebParty mine, WebParty theirs)
        {
            var both = new Both(await mine.ConnectAsync(), await theirs.ConnectAsync());
            await DirectSocketTests.SettleAsync(both.Mine);
            await DirectSocketTests.SettleAsync(both.Theirs);
            return both;
        }

        public async ValueTask DisposeAsync()
        {
            await Mine.DisposeAsync();
            await Theirs.DisposeAsync();
        }
    }
}
