using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.SocketIo.Support;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md 12.4: how a client gets into a namespace.</summary>
[Parallelizable]
internal sealed class ConnectTests
{
    private SocketIoParty _party = null!;

    [SetUp]
    public async Task StartAsync() => _party = await SocketIoParty.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _party.DisposeAsync();

    [TestCase("40", "connect {}")]
    [TestCase("40{}", "connect {}")]
    [TestCase("40/,", "connect {}")]
    [TestCase("""40{"token":"ä"}""", """connect {"token":"ä"}""")]
    public async Task A_client_is_accepted_with_its_auth(string packet, string heard)
    {
        _party.Root.OnConnected = socket =>
        {
            socket.TryEmit("hello", "1"u8.ToArray(), []);
            return ValueTask.CompletedTask;
        };
        await _party.SendAsync(packet);
        var socket = await _party.Root.SocketAsync();
        Assert.That(await _party.ReadAsync(), Is.EqualTo($$"""40{"sid":"{{socket.Id}}"}"""));
        Assert.That(await _party.ReadAsync(), Is.EqualTo("""42["hello",1]"""), "what is emitted on connection follows the reply");
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo(heard));
        Assert.That(_party.Client.Opening, Does.Not.Contain(socket.Id), "the engine's id is a secret");
    }

    [TestCase("40/chat,")]
    [TestCase("40/chat")]
    [TestCase("""40/chat,{"a":1}""")]
    public async Task Another_namespace_is_joined_by_name(string packet)
    {
        await _party.SendAsync(packet);
        Assert.That(await _party.ReadAsync(), Does.Match("""^40/chat,\{"sid":"[A-Za-z0-9_-]{20}"\}$"""));
        await _party.SendAsync("""42/chat,5["x","y"]""");
        Assert.That(await _party.ReadAsync(), Is.EqualTo("""43/chat,5["y"]"""));
    }

    [TestCase("40/nowhere", "44/nowhere,")]
    [TestCase("40/Chat,", "44/Chat,")]
    [TestCase("40/chat?x=1,", "44/chat?x=1,")]
    [TestCase("40/__proto__,{}", "44/__proto__,")]
    public async Task An_unknown_namespace_is_refused_and_the_session_lives(string packet, string head)
    {
        await _party.SendAsync(packet);
        Assert.That(await _party.ReadAsync(), Is.EqualTo(head + """{"message":"Invalid namespace"}"""));
        await _party.SendAsync("40");
        Assert.That(await _party.ReadAsync(), Does.StartWith("40{"));
    }

    [TestCase("", """44{"message":"no \"entry\""}""")]
    [TestCase("""{"code":7}""", """44{"message":"no \"entry\"","data":{"code":7}}""")]
    public async Task A_refused_client_hears_why_and_may_try_again(string data, string answer)
    {
        _party.Root.OnConnecting = auth => new(auth is "{}" ? ConnectReply.Refuse("no \"entry\"", System.Text.Encoding.UTF8.GetBytes(data)) : null);
        await _party.SendAsync("40");
        Assert.That(await _party.ReadAsync(), Is.EqualTo(answer));
        await _party.SendAsync("""40{"token":1}""");
        Assert.That(await _party.ReadAsync(), Does.StartWith("40{"));
    }

    [TestCase("40null")]
    [TestCase("40[]")]
    [TestCase("40\"x\"")]
    [TestCase("40{}{}")]
    [TestCase("40{")]
    [TestCase("41")]
    [TestCase("""42["x"]""")]
    [TestCase("431[]")]
    [TestCase("""44{"message":"x"}""")]
    [TestCase("""451-["x",{"_placeholder":true,"num":0}]""")]
    [TestCase("4")]
    [TestCase("47")]
    public async Task Anything_but_a_proper_connect_closes_a_session_without_a_namespace(string packet)
    {
        await _party.SendAsync(packet, "40");
        Assert.That(await _party.Client.ReadCloseAsync(), Is.EqualTo(1005));
        await _party.Server.NoSessionIsLeftAsync();
        Assert.That(_party.Root.Unread(), Is.Empty, "nothing behind it is handled");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_second_connect_to_a_namespace_closes_the_session(bool isSlow)
    {
        var gate = new TaskCompletionSource();
        _party.Root.OnConnecting = async _ =>
        {
            if (isSlow)
                await gate.Task;
            return null;
        };
        await _party.SendAsync("40", "40");
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("connect {}"));
        gate.SetResult();
        await _party.Server.NoSessionIsLeftAsync();
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect forced server close"));
        Assert.That(_party.Root.Unread(), Is.Empty, "there was one socket");
    }

    [Test]
    public async Task Packets_behind_a_slow_connect_wait_for_it_in_order()
    {
        var gate = new TaskCompletionSource();
        _party.Root.OnConnecting = async _ =>
        {
            await gate.Task;
            return null;
        };
        await using var client = await PollingClient.OpenAsync(_party.Server);
        Assert.That((await client.PostAsync("40\x1e" + """420["a"]""" + "\x1e" + """421["b"]""" + "\x1e" + "41")).Body, Is.EqualTo("ok"));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("connect {}"));
        Assert.That(_party.Root.Unread(), Is.Empty);
        gate.SetResult();
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("""event a ["a"]"""));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("""event b ["b"]"""));
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("disconnect client namespace disconnect"));
    }

    [Test]
    public async Task A_client_that_is_gone_when_its_connect_is_decided_leaves_nothing_behind()
    {
        var gate = new TaskCompletionSource();
        _party.Root.OnConnecting = async _ =>
        {
            await gate.Task;
            return null;
        };
        await _party.SendAsync("40");
        await _party.Root.HearAsync();
        _party.Client.Connection.Reset();
        await _party.Server.NoSessionIsLeftAsync();
        gate.SetResult();
        Assert.That(_party.Root.Unread(), Is.Empty, "neither connected nor disconnected");
    }

    [TestCase("")]
    [TestCase("40/nowhere")]
    public async Task A_session_that_joins_nothing_is_closed_after_45_seconds(string packet)
    {
        if (packet.Length > 0)
        {
            await _party.SendAsync(packet);
            await _party.ReadAsync();
        }
        _party.Time.Advance(44_999);
        Assert.That(_party.Server.Engine.Count, Is.EqualTo(1));
        _party.Time.Advance(1);
        Assert.That(await _party.Client.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(_party.Server.Engine.Count, Is.Zero);
    }

    [Test]
    public async Task The_time_to_join_is_over_for_good_once_something_was_joined()
    {
        await _party.SendAsync("40");
        await _party.ReadAsync();
        await _party.SendAsync("41", "40/nowhere");
        await _party.ReadAsync();
        _party.Time.Advance(100_000);
        await _party.SendAsync("40");
        Assert.That(await _party.ReadAsync(), Does.StartWith("40{"));
    }
}
