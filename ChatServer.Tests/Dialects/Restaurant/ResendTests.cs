using System.Text;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Restaurant;
using ChatServer.Dialects.SocketIo;
using ChatServer.Fanout;
using ChatServer.Tests.Dialects.Consult;
using ChatServer.Tests.InMemory;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Restaurant;

/// <summary>The Flutter client's fallback (contracts S0-12): what it has not heard back after 900 ms it says again by REST, on a real clock.</summary>
public sealed class ResendTests
{
    private static readonly TimeSpan FlutterPatience = TimeSpan.FromMilliseconds(900);

    private RestaurantHost _host = null!;
    private User _customer = null!;
    private User _staff = null!;
    private long _channel;

    [SetUp]
    public async Task SetUp()
    {
        _host = await RestaurantHost.StartAsync();
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _staff = _host.Store.AddUser(Role.Staff, "staff1");
        _channel = _host.Store.AddRoom(_customer, kind: ConversationKind.Channel).Id.Value;
    }

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [Test]
    public async Task A_client_that_does_not_get_to_its_poll_for_900_ms_doubles_nothing()
    {
        await using var staff = await _host.ConnectAsync(_staff);
        var poll = await OpenPollingAsync();
        await PostAsync(poll, """42["send_message",{"noi_dung":"ok"}]""");
        using (var patience = new PeriodicTimer(FlutterPatience))
            await patience.WaitForNextTickAsync();

        var again = await _host.SayAsync(_customer, _channel, "ok").JsonAsync(201);

        Assert.That(again.GetProperty("id").GetInt64(), Is.EqualTo(1));
        Assert.That(_host.Store.Messages, Has.Count.EqualTo(1));
        Assert.That((await _host.Client.GetStringAsync(poll)).Split("new_message"), Has.Length.EqualTo(2), "its own echo, once");
        await staff.EventAsync("new_message");
        Assert.That(await staff.UnreadAsync(), Has.None.Contains("new_message"));

        await _host.SayAsync(_customer, _channel, "ok").JsonAsync(201);
        Assert.That(_host.Store.Messages, Has.Count.EqualTo(2), "a second one is genuine");
    }

    [Test]
    public async Task Once_a_poll_has_brought_the_echo_the_same_words_are_a_second_message()
    {
        var poll = await OpenPollingAsync();
        await PostAsync(poll, """42["send_message",{"noi_dung":"ok"}]""");
        Assert.That(await _host.Client.GetStringAsync(poll), Does.Contain("new_message"));

        var second = await _host.SayAsync(_customer, _channel, "ok").JsonAsync(201);

        Assert.That((second.GetProperty("id").GetInt64(), _host.Store.Messages.Count), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task Once_a_WebSocket_has_brought_the_echo_the_same_words_are_a_second_message()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await customer.SendAsync("""42["send_message",{"noi_dung":"ok"}]""");
        await customer.EventAsync("new_message");
        await Eventually.GetAsync(() => Task.FromResult(Session().Socket.QueueMark!.Value.IsWritten), written => written, "the write was over");

        var second = await _host.SayAsync(_customer, _channel, "ok").JsonAsync(201);

        Assert.That((second.GetProperty("id").GetInt64(), _host.Store.Messages.Count), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_WebSocket_that_nobody_reads_doubles_nothing()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        await ClogAsync(Session());
        await customer.SendAsync("""42["send_message",{"noi_dung":"ok"}]""");
        await Eventually.GetAsync(() => Task.FromResult(_host.Store.Messages.Count), count => count == 1, "it was stored");

        var again = await _host.SayAsync(_customer, _channel, "ok").JsonAsync(201);

        Assert.That((again.GetProperty("id").GetInt64(), _host.Store.Messages.Count), Is.EqualTo((1, 1)));
        await customer.EventAsync("new_message");
        Assert.That(await customer.UnreadAsync(), Has.None.Contains("new_message"));
    }

    [Test]
    public async Task A_post_that_comes_while_the_send_is_being_stored_waits_for_it()
    {
        await using var customer = await _host.ConnectAsync(_customer);
        var gate = new TaskCompletionSource<Result<bool>>();
        var held = _host.Get<ConversationLanes>().RunAsync(new ConversationId(_channel), () => gate.Task, default);
        await customer.SendAsync("""42["send_message",{"noi_dung":"ok"}]""");
        await Eventually.GetAsync(() => Task.FromResult(_host.Get<UnheardSends>().Count), count => count == 1, "the send has begun");
        var posting = await BeginPostingAsync();
        Assert.That(posting.IsCompleted, Is.False);
        gate.SetResult(true);
        await held;

        var ids = new[] { (await posting).GetProperty("id").GetInt64(), (await customer.EventAsync("new_message")).GetProperty("id").GetInt64() };

        Assert.That(ids, Is.All.EqualTo(1));
        Assert.That(_host.Store.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_post_with_a_key_says_itself_what_it_repeats()
    {
        var poll = await OpenPollingAsync();
        await PostAsync(poll, """42["send_message",{"noi_dung":"ok"}]""");
        await Eventually.GetAsync(() => Task.FromResult(_host.Store.Messages.Count), count => count == 1, "it was stored");

        await _host.SayAsync(_customer, _channel, "ok", key: "k").JsonAsync(201);
        await _host.SayAsync(_customer, _channel, "ok", key: "k").JsonAsync(201);

        Assert.That(_host.Store.Messages, Has.Count.EqualTo(2));
    }

    /// <summary>A post that has been let in, and then had the time of several others: what it does next takes none.</summary>
    private async Task<Task<JsonElement>> BeginPostingAsync()
    {
        var users = (InMemoryUsers)_host.Get<IUserRepository>();
        var asked = users.Asked;
        var posting = _host.SayAsync(_customer, _channel, "ok").JsonAsync(201);
        await Eventually.GetAsync(() => Task.FromResult(users.Asked), now => now > asked, "its token was looked at");
        for (var i = 0; i < 10; i++)
            await _host.GetAsync(_staff, "/api/chat/messages/").JsonAsync(200);
        return posting;
    }

    private SocketIoSession Session() => _host.Get<SessionLifecycle>().Open.OfType<SocketIoSession>().Single(session => session.Caller.Id == _customer.Id);

    /// <summary>Sends until nothing more leaves, because the other end does not read: then all buffers on the way are full.</summary>
    private static async Task ClogAsync(SocketIoSession session)
    {
        byte[] noise = [(byte)'"', .. Encoding.UTF8.GetBytes(new string('x', 50_000)), (byte)'"'];
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var waited = 0; waited < 40; waited++)
        {
            if (session.Socket.QueueMark!.Value.IsWritten)
            {
                Assert.That(session.Socket.TryEmit("noise", noise, []), Is.True);
                waited = 0;
            }
            await tick.WaitForNextTickAsync();
        }
    }

    /// <summary>Opens a polling session of the customer; its address.</summary>
    private async Task<string> OpenPollingAsync()
    {
        const string Path = "/socket.io/?EIO=4&transport=polling";
        var open = await _host.Client.GetStringAsync(Path);
        var poll = $"{Path}&sid={JsonElement.Parse(open[1..]).GetProperty("sid").GetString()}";
        await PostAsync(poll, """40{"user_id":1}""");
        Assert.That(await _host.Client.GetStringAsync(poll), Does.StartWith("40{"));
        return poll;
    }

    private async Task PostAsync(string poll, string packet)
    {
        using var answer = await _host.Client.PostAsync(poll, new StringContent(packet, Encoding.UTF8, "text/plain"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("ok"));
    }
}
