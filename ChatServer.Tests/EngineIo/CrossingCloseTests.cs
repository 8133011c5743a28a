using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>A client sends its poll and then the end of its session, on two connections: the end may arrive first.</summary>
[Parallelizable]
internal sealed class CrossingCloseTests
{
    private readonly ManualTime _time = new();
    private readonly EchoRecorder _recorder = new();

    [TestCase("EIO=4", "1", "6")]
    [TestCase("EIO=3", "1:1", "1:6")]
    public async Task A_poll_that_the_end_has_overtaken_is_answered_and_the_next_finds_nothing(string query, string end, string farewell)
    {
        await using var server = await WireServer.StartAsync(_recorder, new EngineIoOptions(), _time);
        // Which of the two comes first is the machine's to say: of this many, some come either way.
        for (var i = 0; i < 50; i++)
        {
            await using var client = await PollingClient.OpenAsync(server, query);
            var post = client.PostAsync(end);
            var poll = await client.GetAsync();
            var after = await client.GetAsync();

            Assert.That((poll.Status, poll.Body), Is.EqualTo((200, farewell)));
            Assert.That((await post).Body, Is.EqualTo("ok"));
            Assert.That(after.Status, Is.EqualTo(400));
        }
    }

    [Test]
    public async Task Without_a_poll_the_session_ends_soon_by_itself()
    {
        await using var server = await WireServer.StartAsync(_recorder, new EngineIoOptions(), _time);
        await using var client = await PollingClient.OpenAsync(server);
        var session = await _recorder.NextAsync();
        var post = client.PostAsync("1");
        await WireServer.EventuallyAsync(() =>
        {
            _time.Advance(50);
            return post.IsCompleted;
        }, "the end was taken for one without a poll");

        Assert.That((await post).Body, Is.EqualTo("ok"));
        Assert.That(session.Socket.IsClosed, Is.True);
        Assert.That((await client.GetAsync()).Status, Is.EqualTo(400));
    }
}
