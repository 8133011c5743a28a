using System.Text;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.SocketIo.Support;

namespace ChatServer.Tests.SocketIo.Msgpack;

/// <summary>A server with the msgpack parser on the wire, byte for byte (protocol.md appendix A).</summary>
[Parallelizable]
internal sealed class MsgpackWireTests
{
    private SocketIoParty _party = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _party = await SocketIoParty.StartAsync(new SocketIoOptions { Parser = "msgpack" });
        await SendAsync("83 A474797065 00 A464617461 81A5746F6B656EA174 A36E7370 A12F");
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("""connect {"token":"t"}"""));
        Assert.That(await ReadAsync(), Does.Match("""^Connect / - \{"sid":"[A-Za-z0-9_-]{20}"\}$"""));
    }

    [TearDown]
    public ValueTask LeaveAsync() => _party.DisposeAsync();

    [Test]
    public async Task An_event_with_bytes_reaches_the_handler_as_json_and_its_ack_the_client_as_one_message()
    {
        await SendAsync("85 A474797065 02 A464617461 93 A16D A178 C4020908 A76F7074696F6E73 81 A8636F6D7072657373 C3 A26964 00 A36E7370 A12F");
        Assert.That(await _party.Root.HearAsync(), Is.EqualTo("""event m ["m","x",{"_placeholder":true,"num":0}]"""));
        Assert.That(await ReadAsync(), Is.EqualTo("""Ack / 0 ["x",{"_placeholder":true,"num":0}] 0908"""));
    }

    [Test]
    public async Task The_server_asks_and_hears_bytes_that_outlive_their_message()
    {
        var socket = await _party.Root.SocketAsync();
        var asking = socket.EmitWithAckAsync("ask", """{"_placeholder":true,"num":0}"""u8.ToArray(), [new byte[] { 7 }], TimeSpan.FromSeconds(5));
        Assert.That(await ReadAsync(), Is.EqualTo("""Event / 1 ["ask",{"_placeholder":true,"num":0}] 07"""));
        await SendAsync("84 A474797065 03 A464617461 92 C4020908 A178 A26964 01 A36E7370 A12F");
        var ack = (await asking)!;
        await SendAsync("84 A474797065 02 A464617461 92 A16D C402FFFF A26964 05 A36E7370 A12F");
        await ReadAsync();
        Assert.That(Encoding.UTF8.GetString(ack.Payload.Span), Is.EqualTo("""[{"_placeholder":true,"num":0},"x"]"""));
        Assert.That(ack.Attachments.Single().ToArray(), Is.EqualTo(new byte[] { 9, 8 }));
    }

    [Test]
    public async Task Two_namespaces_a_refusal_and_a_farewell_share_the_connection()
    {
        await SendAsync("82 A474797065 00 A36E7370 A5 2F63686174");
        Assert.That(await ReadAsync(), Does.StartWith("Connect /chat - {"));
        await SendAsync("82 A474797065 00 A36E7370 A5 2F6E6F6E65");
        Assert.That(await ReadAsync(), Is.EqualTo("""ConnectError /none - {"message":"Invalid namespace"}"""));
        await SendAsync("83 A474797065 01 A464617461 D40000 A36E7370 A5 2F63686174");
        Assert.That(await _party.Chat.HearAsync(), Is.EqualTo("connect {}"));
        Assert.That(await _party.Chat.HearAsync(), Is.EqualTo("disconnect client namespace disconnect"));
        (await _party.Root.SocketAsync()).Disconnect();
        Assert.That(await ReadAsync(), Is.EqualTo("Disconnect / - "));
    }

    [TestCase("40")]
    [TestCase("""42["m"]""")]
    [TestCase("451-[\"m\",{\"_placeholder\":true,\"num\":0}]")]
    public async Task Text_closes_the_session(string packet)
    {
        await _party.SendAsync(packet);
        await _party.AssertClosedAsync("forced close");
    }

    [TestCase("01 02 03 04", "forced close")]
    [TestCase("82 A474797065 06 A36E7370 A12F", "forced close")]
    [TestCase("83 A474797065 02 A464617461 90 A36E7370 A12F", "forced close", TestName = "An event without a name")]
    [TestCase("83 A474797065 02 A464617461 91 C0 A36E7370 A12F", "forced close", TestName = "An event called null")]
    [TestCase("83 A474797065 02 A464617461 91 A7636F6E6E656374 A36E7370 A12F", "forced close", TestName = "An event with a reserved name")]
    [TestCase("83 A474797065 02 A464617461 81A161C0 A36E7370 A12F", "forced close", TestName = "An event with a map")]
    [TestCase("83 A474797065 04 A464617461 A178 A36E7370 A12F", "forced server close", TestName = "A CONNECT_ERROR from a client")]
    [TestCase("83 A474797065 02 A464617461 91 A16D A36E7370 A5 2F63686174", "forced server close", TestName = "An event for a namespace not joined")]
    public async Task What_is_no_packet_or_out_of_place_closes_the_session(string hex, string reason)
    {
        await SendAsync(hex);
        await _party.AssertClosedAsync(reason);
    }

    [Test]
    public async Task While_polling_a_packet_is_base64()
    {
        await using var client = await PollingClient.OpenAsync(_party.Server);
        await client.PostAsync("b" + Convert.ToBase64String(MsgpackReaderTests.Hex("82 A474797065 00 A36E7370 A12F")));
        var answer = await client.PollAsync();
        Assert.That(answer, Does.StartWith("b"));
        Assert.That(MsgpackFormatTests.Decode(Convert.FromBase64String(answer[1..])), Does.StartWith("Connect / - {"));
        Assert.That((await client.PostAsync("40")).Body, Is.EqualTo("ok"));
        Assert.That((await client.GetAsync()).Body, Is.AnyOf("1", "6\x1e" + "1"));
    }

    [Test]
    public async Task A_client_of_the_older_revision_is_in_the_root_unasked_here_too()
    {
        await using var client = await RawWebSocket.OpenAsync(_party.Server, "EIO=3");
        var frame = await client.ReadAsync();
        Assert.That(Convert.ToHexString(frame.Payload), Is.EqualTo("0482A47479706500A36E7370A12F"));
        await client.SendAsync(0x82, [4, .. MsgpackReaderTests.Hex("84 A474797065 02 A464617461 92 A16D 01 A26964 00 A36E7370 A12F")]);
        Assert.That(MsgpackFormatTests.Decode((await client.ReadAsync()).Payload[1..]), Is.EqualTo("Ack / 0 [1]"));
    }

    private Task SendAsync(string hex) => _party.SendBinaryAsync(MsgpackReaderTests.Hex(hex));

    private async Task<string?> ReadAsync()
    {
        var frame = await _party.Client.ReadAsync();
        Assert.That(frame.First, Is.EqualTo(0x82), frame.Text);
        return MsgpackFormatTests.Decode(frame.Payload);
    }
}
