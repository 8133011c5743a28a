using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>What is known of how far a session's packets have got.</summary>
[Parallelizable]
internal sealed class QueueMarkTests
{
    [Test]
    public async Task On_polling_a_packet_is_written_with_the_poll_that_brings_it()
    {
        var recorder = new EchoRecorder();
        await using var server = await WireServer.StartAsync(recorder);
        await using var client = await PollingClient.OpenAsync(server);
        var session = await recorder.NextAsync();
        await WireServer.EventuallyAsync(() => session.Socket.Mark.IsWritten, "the open packet is written");

        session.Socket.TrySend(EchoRecorder.Text("one"));
        var first = session.Socket.Mark;
        Assert.That(first.IsWritten, Is.False);
        Assert.That(await client.PollAsync(), Is.EqualTo("4one"));
        await WireServer.EventuallyAsync(() => first.IsWritten, "the poll was answered");

        session.Socket.TrySend(EchoRecorder.Text("two"));
        Assert.That((first.IsWritten, session.Socket.Mark.IsWritten), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task On_a_WebSocket_a_packet_is_written_when_the_connection_has_taken_it()
    {
        var recorder = new EchoRecorder();
        await using var server = await WireServer.StartAsync(recorder);
        await using var client = await RawWebSocket.OpenAsync(server);
        var session = await recorder.NextAsync();
        var text = new string('x', 100_000);
        var sent = 0;
        for (; session.Socket.Mark.IsWritten || sent < 30; sent++)
            Assert.That(session.Socket.TrySend(EchoRecorder.Text(text)), Is.True, "the buffers on the way never fill");
        var mark = session.Socket.Mark;
        Assert.That(mark.IsWritten, Is.False);

        for (var read = 0; read < sent; read++)
            await client.ReadTextAsync();
        await WireServer.EventuallyAsync(() => mark.IsWritten, "all was written");
    }

    [Test]
    public async Task What_a_session_took_to_its_end_was_never_written()
    {
        var recorder = new EchoRecorder();
        await using var server = await WireServer.StartAsync(recorder);
        await using var client = await PollingClient.OpenAsync(server);
        var session = await recorder.NextAsync();
        session.Socket.TrySend(EchoRecorder.Text("lost"));
        var mark = session.Socket.Mark;

        session.Socket.Close(CloseReason.TransportError);

        await session.ReasonAsync();
        Assert.That(mark.IsWritten, Is.False);
    }
}
