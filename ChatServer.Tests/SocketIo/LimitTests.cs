using ChatServer.SocketIo;
using ChatServer.Tests.SocketIo.Support;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md section 17: what one client may cost, and how it is told.</summary>
[Parallelizable]
internal sealed class LimitTests
{
    [Test]
    public async Task Events_that_come_too_fast_end_the_session()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { EventsPerSecond = 10, EventBurst = 3 });
        await party.SendAsync("""421["a",1]""", """422["a",2]""", """423["a",3]""", """424["a",4]""");
        Assert.That(await party.ReadAsync(), Is.EqualTo("431[1]"));
        Assert.That(await party.ReadAsync(), Is.EqualTo("432[2]"));
        Assert.That(await party.ReadAsync(), Is.EqualTo("433[3]"));
        await party.AssertClosedAsync("forced close");
    }

    [Test]
    public async Task Events_at_the_rate_are_all_handled()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { EventsPerSecond = 10, EventBurst = 2 });
        for (var i = 0; i < 20; i++)
        {
            await party.SendAsync($$"""42{{i}}["a",{{i}}]""");
            Assert.That(await party.ReadAsync(), Is.EqualTo($"43{i}[{i}]"));
            party.Time.Advance(100);
        }
    }

    [Test]
    public async Task A_rate_of_nothing_is_no_bound()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { EventsPerSecond = 0, EventBurst = 1 });
        await party.SendAsync("""421["a",1]""", """422["a",2]""");
        Assert.That(await party.ReadAsync(), Is.EqualTo("431[1]"));
        Assert.That(await party.ReadAsync(), Is.EqualTo("432[2]"));
    }

    [Test]
    public async Task A_namespace_too_many_is_refused_and_the_others_live()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { MaxNamespaces = 1 });
        await party.SendAsync("40/chat,");
        Assert.That(await party.ReadAsync(), Is.EqualTo("""44/chat,{"message":"Too many namespaces"}"""));
        await party.AssertAliveAsync();
        await party.SendAsync("41", "40/chat,");
        Assert.That(await party.ReadAsync(), Does.StartWith("40/chat,{"), "what was left does not count");
    }

    [Test]
    public async Task A_refusal_too_many_ends_the_session()
    {
        await using var party = await SocketIoParty.JoinAsync(new SocketIoOptions { MaxRefusals = 2 });
        for (var i = 0; i < 3; i++)
        {
            await party.SendAsync("40/nowhere,");
            Assert.That(await party.ReadAsync(), Is.EqualTo("""44/nowhere,{"message":"Invalid namespace"}"""));
        }
        await party.AssertClosedAsync("forced close");
    }
}
