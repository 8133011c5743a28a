using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace ChatServer.Tests.SocketIo;

/// <summary>protocol.md section 12: what is written, the engine's digit included, and that it reads back as what it was.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PacketEncoderTests
{
    private static readonly JsonTypeInfo<string?> Text =
        JsonTypeInfo.CreateJsonTypeInfo<string?>(new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    [Test]
    public void Every_packet_is_written_as_documented()
    {
        var one = "1"u8.ToArray();
        Check(PacketEncoder.Connected("/", "abc"), """40{"sid":"abc"}""");
        Check(PacketEncoder.Connected("/chat", "abc"), """40/chat,{"sid":"abc"}""");
        Check(PacketEncoder.Refused("/", new ConnectError("no", default)), """44{"message":"no"}""");
        Check(PacketEncoder.Refused("/random", new ConnectError("no", """{"code":7}"""u8.ToArray())), """44/random,{"message":"no","data":{"code":7}}""");
        Check(PacketEncoder.Disconnected("/"), "41");
        Check(PacketEncoder.Disconnected("/chat"), "41/chat,");
        Check(PacketEncoder.Event("/", "foo", "bar", Text), """42["foo","bar"]""");
        Check(PacketEncoder.Event("/chat", "foo", null, Text, 12), """42/chat,12["foo",null]""");
        Check(PacketEncoder.Ack("/", 0, "bar", Text), """430["bar"]""");
        Check(PacketEncoder.Ack("/admin", 13, "x", Text), """43/admin,13["x"]""");
        Check(PacketEncoder.RawEvent("/", "foo", default, 0, null), """42["foo"]""");
        Check(PacketEncoder.RawEvent("/", "foo", "1,[2]"u8.ToArray(), 0, 9007199254740991), """429007199254740991["foo",1,[2]]""");
        Check(PacketEncoder.RawEvent("/admin", "baz", one, 2, 7), """452-/admin,7["baz",1]""");
        Check(PacketEncoder.RawAck("/", 7, default, 0), "437[]");
        Check(PacketEncoder.RawAck("/admin", 7, one, 1), "461-/admin,7[1]");
    }

    [Test]
    public void Letters_and_markup_leave_unescaped() =>
        Check(PacketEncoder.Event("/", "naïve", "Nguyễn <&'+>", Text), """42["naïve","Nguyễn <&'+>"]""");

    [Test]
    public void The_payloads_separator_never_leaves_raw() =>
        Check(PacketEncoder.Event("/", "x", "a\x1e" + "b", Text), """42["x","a\u001Eb"]""");

    [Test]
    public void Whatever_is_emitted_is_what_is_read() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<string>(), ArbMap.Default.ArbFor<uint?>(), (name, value, id) =>
        {
            var sent = PacketEncoder.Event("/chat", $"e-{name.Get}", value, Text, id);
            var isRead = PacketDecoder.TryDecode(sent.Bytes[1..], new SocketIoOptions(), out var packet);
            var argument = EventReader.Argument(packet.Payload, 0);
            return isRead && packet.AckId == id && Encoding.UTF8.GetString(packet.Namespace.Span) == "/chat"
                && JsonPayload.TryReadName(packet.Payload.Span, 10_000, out var read) && read == Whole($"e-{name.Get}")
                && JsonSerializer.Deserialize<string>(argument.Span) == Whole(value);
        }).QuickCheckThrowOnFailure();

    /// <summary>Half a surrogate pair is no text; it leaves as the replacement character.</summary>
    private static string? Whole(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static void Check(OutboundPacket packet, string text)
    {
        Assert.That(packet.IsBinary, Is.False);
        Assert.That(Encoding.UTF8.GetString(packet.Bytes.Span), Is.EqualTo(text));
    }
}
