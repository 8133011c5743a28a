using System.Text;
using ChatServer.EngineIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md section 7 and RFC 6455, in the bytes of real frames.</summary>
[Parallelizable]
internal sealed class WebSocketTests
{
    private const byte Text = 0x81;
    private const byte Binary = 0x82;
    private const byte TextBegins = 0x01;
    private const byte Goes = 0x00;
    private const byte Ends = 0x80;
    private const byte Close = 0x88;
    private const byte Ping = 0x89;
    private const byte Pong = 0x8a;

    private readonly EchoRecorder _recorder = new();
    private WireServer _server = null!;
    private RawWebSocket _socket = null!;
    private EchoRecorder.Session _session = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await WireServer.StartAsync(_recorder, new EngineIoOptions { MaxPayload = 100_000 });

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [SetUp]
    public async Task OpenAsync()
    {
        _socket = await RawWebSocket.OpenAsync(_server);
        _session = await _recorder.NextAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _socket.DisposeAsync();
        await _session.ReasonAsync();
    }

    [Test]
    public async Task Text_and_binary_come_back_as_they_went()
    {
        await _socket.SendTextAsync("4€😀");
        await _socket.SendAsync(Binary, 0, 1, 2, 255);
        await _socket.SendAsync(Binary);
        await _socket.SendTextAsync("bAQIDBA==");
        await _socket.SendTextAsync("bAQIDBA");
        Assert.That(await _socket.ReadTextAsync(), Is.EqualTo("4€😀"));
        foreach (var bytes in new byte[][] { [0, 1, 2, 255], [], [1, 2, 3, 4], [1, 2, 3, 4] })
        {
            var frame = await _socket.ReadAsync();
            Assert.That(frame.First, Is.EqualTo(Binary));
            Assert.That(frame.Payload, Is.EqualTo(bytes));
        }
    }

    [TestCase(125)]
    [TestCase(126)]
    [TestCase(127)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(100_000)]
    public async Task Every_form_of_length_is_read_and_written(int length)
    {
        var text = "4" + new string('x', length - 1);
        await _socket.SendTextAsync(text);
        Assert.That(await _socket.ReadTextAsync(), Is.EqualTo(text));
    }

    [Test]
    public async Task Fragments_are_put_together_around_empty_ones_and_control_frames()
    {
        var euro = Encoding.UTF8.GetBytes("4€");
        await _socket.SendAsync(TextBegins);
        await _socket.SendAsync(Goes, euro[..2]);
        await _socket.SendAsync(Ping, "between"u8.ToArray());
        await _socket.SendAsync(Pong);
        await _socket.SendAsync(Goes);
        await _socket.SendAsync(Goes, euro[2..]);
        await _socket.SendAsync(Ends);
        var pong = await _socket.ReadAsync();
        Assert.That((pong.First, pong.Text), Is.EqualTo((Pong, "between")));
        Assert.That(await _socket.ReadTextAsync(), Is.EqualTo("4€"));
    }

    [Test]
    public async Task A_frame_may_come_byte_by_byte()
    {
        foreach (var one in RawWebSocket.TextFrame("4slowly"))
            await _socket.Connection.SendAsync((byte[])[one]);
        Assert.That(await _socket.ReadTextAsync(), Is.EqualTo("4slowly"));
    }

    /// <summary>The answers to one segment of packets must not be taken for a slow reader's queue.</summary>
    [TestCase(300)]
    [TestCase(3_000)]
    public async Task Many_small_messages_in_one_segment_are_all_answered_in_order(int count)
    {
        await _socket.Connection.SendAsync(Enumerable.Range(0, count).SelectMany(n => RawWebSocket.TextFrame($"4{n % 10}")).ToArray());
        for (var n = 0; n < count; n++)
            Assert.That(await _socket.ReadTextAsync(), Is.EqualTo($"4{n % 10}"));
    }

    [TestCase(new byte[] { 0xc1, 0x80, 0, 0, 0, 0 }, 1002, TestName = "RSV1 is refused with 1002")]
    [TestCase(new byte[] { 0xa2, 0x81, 0, 0, 0, 0, 1 }, 1002, TestName = "RSV2 is refused with 1002")]
    [TestCase(new byte[] { 0x91, 0x80, 0, 0, 0, 0 }, 1002, TestName = "RSV3 is refused with 1002")]
    [TestCase(new byte[] { 0x81, 0x01, (byte)'4' }, 1002, TestName = "A frame without a mask is refused with 1002")]
    [TestCase(new byte[] { 0x83, 0x80, 0, 0, 0, 0 }, 1002, TestName = "Opcode 3 is refused with 1002")]
    [TestCase(new byte[] { 0x8b, 0x80, 0, 0, 0, 0 }, 1002, TestName = "Opcode 11 is refused with 1002")]
    [TestCase(new byte[] { 0x80, 0x80, 0, 0, 0, 0 }, 1002, TestName = "A continuation of nothing is refused with 1002")]
    [TestCase(new byte[] { 0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0 }, 1002, TestName = "A message inside another is refused with 1002")]
    [TestCase(new byte[] { 0x09, 0x80, 0, 0, 0, 0 }, 1002, TestName = "A ping in fragments is refused with 1002")]
    [TestCase(new byte[] { 0x89, 0xfe, 0, 126, 0, 0, 0, 0 }, 1002, TestName = "A ping of 126 bytes is refused with 1002")]
    [TestCase(new byte[] { 0x81, 0xfe, 0, 125, 0, 0, 0, 0 }, 1002, TestName = "125 in 16 bits is refused with 1002")]
    [TestCase(new byte[] { 0x81, 0xff, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0 }, 1002, TestName = "65535 in 64 bits is refused with 1002")]
    [TestCase(new byte[] { 0x81, 0xff, 0, 0, 0, 0, 0, 1, 134, 161, 0, 0, 0, 0 }, 1009, TestName = "One byte over the limit is refused with 1009")]
    [TestCase(new byte[] { 0x81, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0 }, 1009, TestName = "The longest length is refused with 1009")]
    [TestCase(new byte[] { 0x81, 0x82, 0, 0, 0, 0, (byte)'4', 0xff }, 1007, TestName = "Text that is not UTF-8 is refused with 1007")]
    [TestCase(new byte[] { 0x81, 0x84, 0, 0, 0, 0, (byte)'4', 0xed, 0xa0, 0x80 }, 1007, TestName = "A surrogate in UTF-8 is refused with 1007")]
    [TestCase(new byte[] { 0x88, 0x81, 0, 0, 0, 0, 3 }, 1002, TestName = "A close with half a code is refused with 1002")]
    [TestCase(new byte[] { 0x88, 0x82, 0, 0, 0, 0, 3, 237 }, 1002, TestName = "A close with code 1005 is refused with 1002")]
    [TestCase(new byte[] { 0x88, 0x82, 0, 0, 0, 0, 0, 0 }, 1002, TestName = "A close with code 0 is refused with 1002")]
    [TestCase(new byte[] { 0x88, 0x83, 0, 0, 0, 0, 3, 232, 0xff }, 1002, TestName = "A close reason that is not UTF-8 is refused with 1002")]
    public async Task A_frame_that_breaks_the_rules_is_refused(byte[] frame, int code)
    {
        await _socket.Connection.SendAsync(frame);
        Assert.That(await _socket.ReadCloseAsync(), Is.EqualTo(code));
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport error"));
    }

    [Test]
    public async Task A_message_over_the_limit_in_fragments_is_refused_with_1009()
    {
        await _socket.SendAsync(TextBegins, new byte[60_000]);
        await _socket.SendAsync(Ends, new byte[40_001]);
        Assert.That(await _socket.ReadCloseAsync(), Is.EqualTo(1009));
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport error"));
    }

    /// <summary>A connection closed over unread bytes is reset, and the client would never learn why.</summary>
    [Test]
    public async Task A_client_that_is_still_sending_an_oversized_message_reads_1009()
    {
        var sending = SendAsMuchAsPossibleAsync(RawWebSocket.Frame(Text, new byte[3_000_000]));
        Assert.That((await _socket.ReadAsync()).CloseCode, Is.EqualTo(1009));
        await sending;
    }

    [Test]
    public async Task A_flood_of_one_byte_fragments_is_refused_with_1009()
    {
        byte[] flood = [.. RawWebSocket.Frame(TextBegins, "4"u8), .. Enumerable.Range(0, 5_000).SelectMany(_ => RawWebSocket.Frame(Goes, "x"u8))];
        var sending = SendAsMuchAsPossibleAsync(flood);
        Assert.That((await _socket.ReadAsync()).CloseCode, Is.EqualTo(1009));
        await sending;
    }

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 3, 232 })]
    [TestCase(new byte[] { 3, 233, (byte)'b', (byte)'y', (byte)'e' })]
    [TestCase(new byte[] { 0x0f, 0xa0 })]
    public async Task A_close_is_answered_and_ends_the_session(byte[] payload)
    {
        await _socket.SendAsync(Close, payload);
        Assert.That((await _socket.ReadAsync()).First, Is.EqualTo(Close));
        Assert.That(await _socket.Connection.ReadToEndAsync(), Is.Empty);
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport close"));
    }

    [TestCase("1", "transport close")]
    [TestCase("2", "transport error")]
    [TestCase("2probe", "transport error")]
    [TestCase("", "parse error")]
    [TestCase("7", "parse error")]
    [TestCase("hello", "parse error")]
    [TestCase("b*", "parse error")]
    public async Task A_packet_that_ends_the_session_closes_without_a_code(string packet, string reason)
    {
        await _socket.SendTextAsync("4before");
        Assert.That(await _socket.ReadTextAsync(), Is.EqualTo("4before"));
        await _socket.SendTextAsync(packet);
        Assert.That(await _socket.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await _session.ReasonAsync(), Is.EqualTo(reason));
    }

    [TestCase("0")]
    [TestCase("3")]
    [TestCase("3probe")]
    [TestCase("5")]
    [TestCase("6")]
    public async Task Unasked_pongs_and_packets_that_only_servers_send_are_ignored(string packet)
    {
        await _socket.SendTextAsync(packet);
        await _socket.SendTextAsync("4alive");
        Assert.That(await _socket.ReadTextAsync(), Is.EqualTo("4alive"));
    }

    [TestCase(new byte[] { 0x81 })]
    [TestCase(new byte[] { 0x81, 0x85, 1, 2, 3 })]
    [TestCase(new byte[] { 0x81, 0x85, 1, 2, 3, 4, 5, 6 })]
    [TestCase(new byte[0])]
    public async Task A_stream_that_ends_inside_a_frame_ends_the_session(byte[] part)
    {
        await _socket.Connection.SendAsync(part);
        _socket.Connection.Finish();
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport close"));
        await _socket.Connection.ReadToEndAsync();
        await _server.NoSessionIsLeftAsync();
    }

    [Test]
    public async Task A_reset_ends_the_session_as_an_error()
    {
        await _socket.SendTextAsync("4x");
        await _socket.ReadTextAsync();
        _socket.Connection.Reset();
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("transport error"));
    }

    [Test]
    public async Task An_ordered_close_delivers_what_is_queued_and_closes_without_a_code()
    {
        _session.Socket.TrySend(EchoRecorder.Text("a"), EchoRecorder.Text("b"));
        _session.Socket.Close(CloseReason.ForcedClose);
        Assert.That(await _socket.ReadTextAsync(), Is.EqualTo("4a"));
        Assert.That(await _socket.ReadTextAsync(), Is.EqualTo("4b"));
        Assert.That(await _socket.ReadCloseAsync(), Is.EqualTo(1005));
        Assert.That(await _session.ReasonAsync(), Is.EqualTo("forced close"));
    }

    [Test]
    public async Task A_ping_flood_costs_no_more_than_it_brings()
    {
        var flood = Enumerable.Range(0, 20_000).SelectMany(_ => RawWebSocket.Frame(Ping, new byte[100])).ToArray();
        var sending = SendAsMuchAsPossibleAsync([.. flood, .. RawWebSocket.TextFrame("4end")]);
        RawFrame frame;
        do
            frame = await _socket.ReadAsync();
        while (frame.First is Pong);
        Assert.That(frame.Text, Is.EqualTo("4end"));
        await sending;
    }

    private async Task SendAsMuchAsPossibleAsync(byte[] bytes)
    {
        try
        {
            await _socket.Connection.SendAsync(bytes);
        }
        catch (IOException)
        {
            // The server has had enough.
        }
    }
}
